/** `--help` of every npm script and every command tells, and does nothing else. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../../infra/cli/program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** npm itself runs it, when it installs. */
const names = Object.keys(scripts).filter((name) => name !== 'prepare');

let empty: string;
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'divert-scripts-'));
});
afterAll(() => rmSync(empty, { recursive: true }));

/** As npm does, but with no program to be found besides node, and nowhere to write. */
const run = (script: string, argument: string) => {
  const [program = '', ...args] = script.replace(/^exec /, '').split(' ');
  expect(program).toBe('node');
  const env = { HOME: empty, PATH: empty, TMPDIR: empty, PORT: '1', EDGE_PORT: '1' };
  return promisify(execFile)(process.execPath, [...args, argument], { cwd: ROOT, env });
};

describe('npm scripts', () => {
  test.each(names)('npm run %s -- --help', async (name) => {
    const { stdout, stderr } = await run(scripts[name], '--help');
    expect(stdout).toMatch(new RegExp(`^(usage: )?npm (run (-s )?)?${name}\\b`, 'i'));
    expect(stderr).toBe('');
    expect(readdirSync(empty)).toEqual([]);
  });
});

/** `divert keys add`, … */
function commands(of: Command, path: readonly string[] = []): string[][] {
  const here = of.commands.map((command) => commands(command, [...path, command.name()]));
  return [[...path], ...here.flat()];
}

describe('the command line', () => {
  test.each(commands(program()).map((path) => path.join(' ')))('divert %s --help', async (path) => {
    const args = [join(ROOT, 'dist/cli/divert.mjs'), ...path.split(' ').filter(Boolean), '--help'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: empty });
    expect(stdout).toMatch(new RegExp(`^Usage: divert ${path}`));
  });
});
