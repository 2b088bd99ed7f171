import type { KeyObject } from 'node:crypto';
import { historyWrite, listHistory, nextStamp } from './history.ts';
import { forgottenHistory } from './keys.ts';
import { sdkReader } from './sdk-reader.ts';
import { searchHash, searchKeyObject } from './search-hash.ts';
import { seedSearchKey } from './search-key.ts';
import type { Author, Table } from './table.ts';
import { transact } from './transactions.ts';

/** That a history was erased, as the history of erasures keeps it. */
export interface Forgotten {
  /** How many changes there were. */
  readonly entries: number;
  /**
   * Whose, as a hash by the table's own key: who asks whether somebody was erased can be answered, and a
   * restore knows whose history not to bring back; who reads it learns no name.
   */
  readonly whose: string;
}

/** Keeps that a subscriber's history was erased. */
export async function recordForgotten(
  table: Table,
  domain: string,
  user: string,
  entries: number,
  author: Author,
): Promise<void> {
  await seedSearchKey(table);
  const history = forgottenHistory(domain);
  const { entries: before } = await listHistory(table, history, { limit: 1 });
  const key = await keyOf(table);
  if (key === undefined) throw new Error('the table has no search key');
  const told: Forgotten = { entries, whose: searchHash(key, user) };
  await transact(table, `what is erased of ${domain}`, [
    historyWrite(table, history, nextStamp(table, before[0], author), 'delete', told),
  ]);
}

/**
 * Whether what is remembered of a user was erased after an instant, so that it must not come back.
 *
 * @param at RFC 3339, as in a stamp
 */
export type IsForgotten = (user: string, at: string) => boolean;

/** Reads what was erased of a domain. */
export async function forgottenOf(table: Table, domain: string): Promise<IsForgotten> {
  const key = await keyOf(table);
  const latest = new Map<string, string>();
  for (let before: string | undefined; ; ) {
    const page = await listHistory<Forgotten>(table, forgottenHistory(domain), {
      ...(before !== undefined && { before }),
    });
    for (const { at, before: told } of page.entries) {
      if (told && !latest.has(told.whose)) latest.set(told.whose, at);
    }
    if (page.next === undefined) break;
    before = page.next;
  }
  if (key === undefined || latest.size === 0) return () => false;
  return (user, at) => at <= (latest.get(searchHash(key, user)) ?? '');
}

async function keyOf({ client, name }: Table): Promise<KeyObject | undefined> {
  const key = await sdkReader(client, name).searchKey?.({ consistent: true });
  return key && searchKeyObject(key);
}
