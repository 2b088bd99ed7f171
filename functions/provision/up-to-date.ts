import { seedSearchKey } from '../store/search-key.ts';
import type { Table } from '../store/table.ts';
import { completeLists } from './complete-lists.ts';

/** Adds to a domain and its table what versions before this one did not write, once. */
export async function bringUpToDate(table: Table, domain: string): Promise<void> {
  await completeLists(table, domain);
  await seedSearchKey(table);
}
