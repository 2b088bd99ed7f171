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
