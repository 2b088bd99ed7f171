import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documentReader } from '../../functions/explain/document-reader.ts';
import { withReference } from '../../infra/build/rules-reference.ts';
import { decideCase, differences, readCases } from '../../infra/cli/rule-cases.ts';
import { loadSound } from '../rules/load.ts';

/**
 * docs/rules.md and docs/coming-from.md: their recipes do what their cases say; the first has every
 * key, and what the second says of other systems leads to a recipe.
 */

const page = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
const PAGE = page('rules');
const OTHERS = page('coming-from');

const recipesOf = (text: string) => [
  ...text.matchAll(/^### ([^\n]+)$.*?```yaml rules\n(.*?)```\s*```yaml cases\n(.*?)```/gms),
];
const recipes = [...recipesOf(PAGE), ...recipesOf(OTHERS)].map(
  ([, title = '', rules = '', cases = '']) => ({ title, rules, cases }),
);

describe.each(recipes)('the recipe "$title"', ({ rules, cases }) => {
  const { policy, subscribers } = loadSound(rules);
  const world = {
    reader: documentReader([{ policy, subscribers }]),
    policies: [policy],
    peers: [],
  };
  test.each(readCases([{ name: 'rules.md', text: cases }]))('$case.name', async ({ case: one }) => {
    expect(differences(one, await decideCase(one, world), world)).toEqual([]);
  });
});

test('there are some', () => {
  expect(recipesOf(PAGE).length).toBeGreaterThan(9);
  expect(recipesOf(OTHERS).length).toBeGreaterThan(8);
});

test('every line on another system leads to a recipe, and every recipe is led to', () => {
  const anchorOf = (title: string): string =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-');
  const titles = recipesOf(OTHERS).map(([, title = '']) => anchorOf(title));
  const lines = OTHERS.split('\n').filter((line) => /^\| [A-Z]/.test(line));
  const led = lines.flatMap((line) => [...line.matchAll(/\(#([^)]+)\)/g)].map(([, to]) => to));
  for (const line of lines) expect(line).toMatch(/\(#[^)]+\)|\*\*not\*\*/);
  expect([...new Set(led)].sort()).toEqual([...titles].sort());
  for (const system of ['FreePBX', 'FusionPBX', 'Wazo', 'NGCP', 'Webex', 'Kazoo', 'CPL']) {
    expect(
      lines.some((line) => line.startsWith(`| ${system} |`)),
      system,
    ).toBe(true);
  }
});

test('every key stands there as the schema has it', () => {
  expect(withReference(PAGE), 'run npm run schema').toBe(PAGE);
});
