import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyPast } from '../../functions/store/copy-past.ts';
import { forgetSubscriber } from '../../functions/store/forget.ts';
import { forgottenOf } from '../../functions/store/forgotten.ts';
import { listHistory } from '../../functions/store/history.ts';
import {
  forgottenHistory,
  subscriberHistory,
  subscriberRecordKey,
} from '../../functions/store/keys.ts';
import { readStored } from '../../functions/store/records.ts';
import { changeSubscribers } from '../../functions/store/subscribers.ts';
import { openTable, type Table } from '../../functions/store/table.ts';
import { createTable } from '../../infra/local/create-table.ts';
import { AUTHOR, startTable, subscriber } from './fixtures.ts';

/** docs/rules-as-code.md, "forget": what was erased stays erased, and who did it is known. */

const DOMAIN = 'example.com';
let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.database.stop());

const change = (of: Table, user: string, next: object | undefined) =>
  changeSubscribers(of, DOMAIN, [{ user, next: next as never }], AUTHOR);
const historyOf = async (of: Table, user: string): Promise<number[]> =>
  (await listHistory(of, subscriberHistory(DOMAIN, user))).entries.map(({ version }) => version);

test('a restore brings nothing back of what was erased, and all of what was not', async () => {
  for (const user of ['bob', 'carol', 'dave']) {
    await change(table, user, subscriber(user, [], 480));
    await change(table, user, subscriber(user, [], 486));
  }
  // A backup of now, to which the table is compared later.
  const backup = openTable(table.client, 'divert-backup');
  await createTable(table.client, backup.name);
  expect(await copyPast(table, backup)).toBe(6);

  await change(table, 'bob', undefined);
  await forgetSubscriber(table, DOMAIN, 'bob', { who: 'ada', from: 'a desk' });
  await forgetSubscriber(table, DOMAIN, 'carol', { who: 'ada', from: 'a desk' });
  // Carol is still there, and what is changed of her from now on is remembered.
  await change(table, 'carol', subscriber('carol', [], 603));
  expect(await copyPast(backup, table)).toBe(0);
  expect(await historyOf(table, 'bob')).toEqual([]);
  expect(await readStored(table, subscriberRecordKey(DOMAIN, 'bob'))).toBeUndefined();
  expect(await historyOf(table, 'carol')).toEqual([3]);
  expect(await historyOf(table, 'dave')).toEqual([2, 1]);

  const { entries } = await listHistory(table, forgottenHistory(DOMAIN));
  expect(entries).toMatchObject([
    { version: 2, who: 'ada', from: 'a desk', before: { entries: 2 } },
    { version: 1, who: 'ada', from: 'a desk', before: { entries: 3 } },
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/bob|carol/);
  const isForgotten = await forgottenOf(table, DOMAIN);
  const [then, now] = ['2020-01-01T00:00:00.000Z', new Date(Date.now() + 1000).toISOString()];
  expect(['bob', 'carol', 'dave'].map((user) => isForgotten(user, then))).toEqual([
    ...[true, true, false],
  ]);
  expect(isForgotten('bob', now)).toBe(false);
});

test('to erase what is not there is no erasure', async () => {
  expect(await forgetSubscriber(table, 'other.example', 'bob', AUTHOR)).toBe(0);
  expect((await listHistory(table, forgottenHistory('other.example'))).entries).toEqual([]);
});
