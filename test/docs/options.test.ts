import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';

/** How a program of the tests ends, and what it says. */
function run(name: string, ...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [`test/programs/${name}/run.ts`, ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    );
  });
}

describe.each(['bench', 'faults', 'fuzz', 'soak'])('npm run %s', (name) => {
  test('tells its options', async () => {
    const { code, said } = await run(name, '--help');
    expect(code).toBe(0);
    expect(said).toMatch(new RegExp(`^npm run ${name} -- `));
  });

  test('refuses one that it does not have, in a line', async () => {
    const { code, said } = await run(name, '--nonsense', '1');
    expect(code).toBe(1);
    expect(said).toContain("'--nonsense'");
    expect(said).not.toContain('    at ');
  });
});

/* A run of NaN calls would find nothing wrong. */
test.each([
  ['soak', '--calls', 'many'],
  ['fuzz', '--requests', '1e6'],
  ['fuzz', '--seed', '0x10'],
  ['faults', '--rate', ''],
])('npm run %s -- %s %s: no number to go by', async (name, option, value) => {
  const { code, said } = await run(name, option, value);
  expect(code).toBe(1);
  expect(said).toContain(`${option} is "${value}": give a whole number`);
});
