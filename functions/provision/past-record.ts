import { type HistoryEntry, listHistory } from '../store/history.ts';
import type { Stamp, Table } from '../store/table.ts';
import { Refused } from './refusal.ts';

/**
 * What was there at a version, from the history.
 *
 * @throws {Refused} where the history does not have it
 */
export async function recordAt<T extends Stamp>(
  table: Table,
  history: string,
  version: number,
): Promise<T> {
  let before: string | undefined;
  do {
    const page: { entries: HistoryEntry<T>[]; next?: string } = await listHistory<T>(
      table,
      history,
      { limit: 100, ...(before !== undefined && { before }) },
    );
    for (const entry of page.entries) if (entry.before?.version === version) return entry.before;
    before = page.next;
  } while (before !== undefined);
  throw new Refused(`the history has no version ${version} that was replaced`);
}
