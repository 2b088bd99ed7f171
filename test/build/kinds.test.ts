/** The kinds of tests are what they say, and everything has its tests. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadedBy } from '../set-up/imports.ts';
import { filesByKind } from '../set-up/kinds.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const files = filesByKind(ROOT);

/** Whoever imports one of these can start a process, or has esbuild do so. */
const PROCESS = /\bfrom '(node:child_process|node:worker_threads|esbuild)'/;
/** Which sources can start a process. */
const starters = new Set(
  globSync('{functions,infra,test}/**/*.ts', { cwd: ROOT })
    .map((file) => join(ROOT, file))
    .filter((file) => PROCESS.test(readFileSync(file, 'utf8'))),
);
/** The first of them that `file` loads, at whatever distance. */
const starter = (file: string): string | undefined =>
  [...loadedBy(join(ROOT, file))].find((loaded) => starters.has(loaded));

test.each([...files.unit, ...files.search])('%s starts no process', (file) => {
  expect(starter(file)).toBeUndefined();
});

test('each kind has some', () => {
  for (const kind of Object.values(files)) expect(kind.length).toBeGreaterThan(0);
});

test('a test is called test everywhere', () => {
  const other = globSync('test/**/*.ts', { cwd: ROOT }).filter((file) =>
    /import \{[^}]*\bit\b[^}]*\} from 'vitest'/.test(read(file)),
  );
  expect(other).toEqual([]);
});

/** The rows of docs/contributing.md that say where the tests of a source are. */
const rows = [...read('docs/contributing.md').matchAll(/^\| (`\S+`.*?) \| (`test\/.*) \|$/gm)].map(
  ([, sources = '', tests = '']) => [named(sources), named(tests)] as const,
);

function named(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
}

test('docs/contributing.md: what is tested and what tests it are there', () => {
  const missing = rows
    .flatMap(([sources, tests]) => [...sources, ...tests])
    .filter((path) => globSync(path, { cwd: ROOT }).length === 0);
  expect(missing).toEqual([]);
});

test('docs/contributing.md: every source has its tests, and every test its source', () => {
  const covered = (column: 0 | 1) => {
    const patterns = rows.flatMap((row) => row[column]);
    const below = patterns.map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`));
    return new Set(globSync(below, { cwd: ROOT }));
  };
  const sources = globSync('{functions,infra}/**/*.ts', { cwd: ROOT });
  expect(sources.filter((file) => !covered(0).has(file))).toEqual([]);
  expect(
    Object.values(files)
      .flat()
      .filter((file) => !covered(1).has(file)),
  ).toEqual([]);
});
