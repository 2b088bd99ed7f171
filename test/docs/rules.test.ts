import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documentReader } from '../../functions/explain/document-reader.ts';
import { withReference } from '../../infra/build/rules-reference.ts';
import { decideCase, differences, readCases } from '../../infra/cli/rule-cases.ts';
import { loadSound } from '../rules/load.ts';

/** docs/rules.md: its recipes do what their cases say, and it has every key. */

const PAGE = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');

const recipes = [
  ...PAGE.matchAll(/^### ([^\n]+)$.*?```yaml rules\n(.*?)```\s*```yaml cases\n(.*?)```/gms),
].map(([, title = '', rules = '', cases = '']) => ({ title, rules, cases }));

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

test('there are some', () => expect(recipes.length).toBeGreaterThan(9));

test('every key stands there as the schema has it', () => {
  expect(withReference(PAGE), 'run npm run schema').toBe(PAGE);
});
