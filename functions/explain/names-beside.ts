import { queryDirectory } from '../store/directory.ts';
import type { Table } from '../store/table.ts';

/** So many entries are about a megabyte, which is all that one query reads. */
const MOST = 5_000;

/**
 * Users of a domain among whom a misspelt one may be meant: the first of all, and in a large domain
 * those that begin like it. Bounded, so that a question costs no whole domain.
 */
export async function namesBeside(table: Table, domain: string, key: string): Promise<string[]> {
  const query = { listing: 'ALL', examine: MOST } as const;
  const { users, next } = await queryDirectory(table, domain, query);
  if (next === undefined) return users;
  const near = await queryDirectory(table, domain, { ...query, after: key.slice(0, 1) });
  return [...users, ...near.users];
}
