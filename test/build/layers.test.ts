/** The floors of docs/contributing.md hold: no import goes up or sideways, and none goes in a circle. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Rooms of `functions` from the ground up: each imports only from lower floors, and never `infra`. */
const FLOORS: readonly (readonly string[])[] = [
  ['sip'],
  ['decide', 'aws', 'fetch'],
  ['store', 'rules', 'http'],
  ['provision', 'answer'],
  ['admin', 'explain', 'feature', 'dialects'],
  ['console'],
  ['handlers'],
];
const ROOMS = FLOORS.flat();
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room));

/** What each room may not import from: the others on its own floor, and everything above. */
const forbidden = (room: string): string[] =>
  ROOMS.filter((other) => other !== room && floorOf(other) >= floorOf(room));

const files = globSync('{functions,infra}/**/*.{ts,tsx}', { cwd: ROOT });
/** Relative imports of each file, those of types too. */
const imports = new Map(
  files.map((file) => [
    file,
    [...read(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+\.tsx?)'/g)].map(
      ([, path = '']) => join(dirname(file), path),
    ),
  ]),
);

test('there is no room without a floor', () => {
  const rooms = new Set(files.flatMap((file) => /^functions\/([^/]+)\//.exec(file)?.[1] ?? []));
  expect([...rooms].sort()).toEqual([...ROOMS].sort());
});

test.each(ROOMS)('functions/%s imports from lower floors only', (room) => {
  const up = files
    .filter((file) => file.startsWith(`functions/${room}/`))
    .flatMap((file) => (imports.get(file) ?? []).map((path) => [file, path] as const))
    .filter(([, path]) => {
      const other = /^functions\/([^/]+)\//.exec(path)?.[1];
      return other === undefined || forbidden(room).includes(other);
    })
    .map(([file, path]) => `${file} imports ${path}`);
  expect(up).toEqual([]);
});

test('no import goes in a circle', () => {
  expect(circles()).toEqual([]);
});

/** Each circle as the files on it. */
function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' > '));
    if (at >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}

describe('the same is said', () => {
  test.each(ROOMS)('to the linter: functions/%s', (room) => {
    const { overrides } = JSON.parse(read('biome.json'));
    const rules = overrides.filter(
      ({ includes }: { includes: string[] }) => includes.join() === `functions/${room}/**`,
    );
    const [pattern] = rules.map(
      (one: { linter: { rules: { style: { noRestrictedImports: object } } } }) =>
        one.linter.rules.style.noRestrictedImports,
    );
    expect(pattern).toMatchObject({
      level: 'error',
      options: {
        patterns: [{ group: ['infra', ...forbidden(room)].map((name) => `**/${name}/**`) }],
      },
    });
  });

  test('in docs/contributing.md', () => {
    const rows = [...read('docs/contributing.md').matchAll(/^\| (\d) \| (.*?) \|/gm)];
    const told = rows
      .flatMap(([, floor, folders = '']) =>
        [...folders.matchAll(/`(?:functions\/)?([a-z]+)`/g)].map(
          ([, room = '']) => [room, Number(floor) - 1] as const,
        ),
      )
      .sort();
    expect(told).toEqual(ROOMS.map((room) => [room, floorOf(room)] as const).sort());
  });
});
