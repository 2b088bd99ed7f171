import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Whatever a test or a comment leans on can be read: a standard, or a document of this repository. */

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const filesIn = (folder: string, ends: RegExp): string[] =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file}`)
    .filter((file) => ends.test(file) && file !== 'test/docs/cites.test.ts');

/** What stands for a standard: a body and its document. */
const STANDARD =
  /^(?:RFC \d+|ITU-T [A-Z]\.\d+|3GPP TS \d|IANA|ISO \d|Unicode|libphonenumber|ATIS-\d)/;
const anchors = new Set(
  [...read('docs/semantics.md').matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id),
);

const cites = filesIn('test/vectors', /\.json$/).flatMap((file) => {
  const all: string[] = [];
  JSON.parse(read(file), (key, value) => {
    if (key === 'cites') all.push(value);
    return value;
  });
  return all.flatMap((cited) => cited.split('; ').map((one) => [file, one] as const));
});

describe('every vector cites', () => {
  test('there are some hundred', () => expect(cites.length).toBeGreaterThan(300));

  test('a standard, or a statement of docs/semantics.md', () => {
    const lost = cites.filter(([, one]) => {
      const anchor = /^docs\/semantics\.md#(\S+)$/.exec(one)?.[1];
      return anchor === undefined ? !STANDARD.test(one) : !anchors.has(anchor);
    });
    // What follows a standard in the same citation may say in words what is meant.
    expect(lost.filter(([, one]) => /\.md\b|DESIGN/.test(one))).toEqual([]);
  });
});

describe('every document that is named', () => {
  const sources = ['functions', 'infra', 'test', 'docs'].flatMap((folder) =>
    filesIn(folder, /\.(?:ts|md|json|ya?ml|cfg|conf|cjs)$/),
  );

  test('is in the repository', () => {
    const lost = sources.flatMap((file) =>
      [...read(file).matchAll(/(?<![\w/.-])docs\/[\w/-]+\.md/g)].flatMap(([path]) => {
        try {
          read(path);
          return [];
        } catch {
          return [`${file}: ${path}`];
        }
      }),
    );
    expect(lost).toEqual([]);
  });

  test('has the anchor that is named', () => {
    const lost = sources.flatMap((file) =>
      [...read(file).matchAll(/semantics\.md#([\w-]+)/g)].flatMap(([, id]) =>
        anchors.has(id as string) ? [] : [`${file}: ${id}`],
      ),
    );
    expect(lost).toEqual([]);
  });

  test('is none that only its writers have', () => {
    const words = /\bDESIGN\b|\bwire\.md\b|\bedge\.md\b|\bhouse\.md\b/;
    expect(sources.filter((file) => words.test(read(file)))).toEqual([]);
  });
});
