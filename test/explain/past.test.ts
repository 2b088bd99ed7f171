import { afterAll, beforeAll, expect, test } from 'vitest';
import { namesBeside } from '../../functions/explain/names-beside.ts';
import { readerAt } from '../../functions/explain/past.ts';
import { changeOf } from '../../functions/explain/rules-version.ts';
import { changePolicy } from '../../functions/store/policies.ts';
import type { RuleReader } from '../../functions/store/reader.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { changeSubscribers } from '../../functions/store/subscribers.ts';
import { AUTHOR, policy, rule, startTable, subscriber } from '../store/fixtures.ts';

const DOMAIN = 'example.com';
/** When each change was made, in its order. */
const NOW = Date.now();
const [FOUNDED, BOB, CAROL, BOB_CHANGED] = [NOW - 4000, NOW - 3000, NOW - 2000, NOW - 1000];

let table: Awaited<ReturnType<typeof startTable>>;
let today: RuleReader;
beforeAll(async () => {
  table = await startTable();
  today = sdkReader(table.client, table.name);
  const at = (time: number) => ({ ...table, now: () => time });
  const put = (time: number, user: string, mark: number) =>
    changeSubscribers(at(time), DOMAIN, [{ user, next: subscriber(user, [], mark) }], AUTHOR);
  const first = { source: {}, compiled: policy(DOMAIN) };
  await changePolicy(at(FOUNDED), DOMAIN, first, AUTHOR);
  await put(BOB, 'bob', 481);
  await put(CAROL, 'carol', 482);
  await put(BOB_CHANGED, 'bob', 483);
});
afterAll(() => table.database.stop());

const rulesOf = async (user: string, at: number) =>
  (await readerAt(today, table, at).subscriber(DOMAIN, user))?.rules;

test('the rules of then', async () => {
  expect(await rulesOf('bob', BOB)).toEqual([rule(481)]);
  expect(await rulesOf('bob', BOB_CHANGED - 1)).toEqual([rule(481)]);
  expect(await rulesOf('bob', BOB_CHANGED)).toEqual([rule(483)]);
  expect(await rulesOf('carol', CAROL - 1)).toBeUndefined();
  expect(await rulesOf('carol', CAROL)).toEqual([rule(482)]);
});

// explain answers for any call at any time.
test('before the domain had any rules, those of today stand for them', async () => {
  const before = FOUNDED - 1;
  expect(await rulesOf('bob', before)).toEqual([rule(483)]);
  expect(await rulesOf('carol', before)).toEqual([rule(482)]);
  expect(await readerAt(today, table, before).policy(DOMAIN)).toMatchObject(policy(DOMAIN));
});

/** docs/semantics.md#explain: by whom and since when, as far as the history goes back. */
test('the change that made a version', async () => {
  const at = (time: number) => new Date(time).toISOString();
  const of = { domain: DOMAIN, user: 'bob' };
  expect(await changeOf(table, of, 1, BOB)).toMatchObject({ ...AUTHOR, at: at(BOB) });
  expect(await changeOf(table, of, 1, BOB_CHANGED - 1)).toMatchObject({ version: 1 });
  expect(await changeOf(table, of, 2, NOW)).toMatchObject({ version: 2, at: at(BOB_CHANGED) });
  // Asked about a time before there were rules, those of today stand for them.
  expect(await changeOf(table, of, 2, FOUNDED - 1)).toMatchObject({ version: 2 });
  expect(await changeOf(table, of, 3, NOW)).toBeUndefined();
  expect(await changeOf(table, { domain: DOMAIN }, 1, NOW)).toMatchObject({ at: at(FOUNDED) });
});

test('names beside a misspelt one', async () => {
  expect(await namesBeside(table, DOMAIN, 'bbob')).toEqual(['bob', 'carol']);
});
