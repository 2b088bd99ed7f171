import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../..', import.meta.url);
const text = readFileSync(new URL('docs/threat-model.md', ROOT), 'utf8');
const lines = [...text.matchAll(/^\| (?!threat )(.+?) \| .+? \| (.+) \|$/gm)].map(
  ([, threat, proof]) => [threat, proof] as [string, string],
);

test('has a line for each threat', () => {
  expect(lines.length).toBeGreaterThan(20);
});

test.each(lines)('%s: what covers it is there', (_, proof) => {
  const files = [...proof.matchAll(/`([\w./-]+)`/g)].map(([, file]) => file as string);
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !existsSync(new URL(file, ROOT)))).toEqual([]);
});

/** What somebody must have thought of, by the name that it has in rules, peers or the API. */
test.each([
  ...[
    'psap-callback',
    'trustDiversion',
    'loop token',
    'Do not disturb',
    'switch',
    'follow',
    'stir',
  ],
  ...['help desk', 'verstat', 'feature code', 'phone setting', 'dial string', 'trunk', 'logs'],
])('speaks of %s', (subject) => {
  expect(text.toLowerCase()).toContain(subject.toLowerCase());
});

test('each line names a test that runs, or a setting', () => {
  for (const [threat, proof] of lines) {
    const shown = [...proof.matchAll(/`([\w./-]+)`/g)].map(([, file]) => file as string);
    const isShown = shown.some((file) => /\.test\.ts$|^test\/(?:vectors|dialects)\//.test(file));
    const isASetting = shown.some((file) => /^infra\/|^package-lock/.test(file));
    expect(isShown || isASetting, threat).toBe(true);
  }
});
