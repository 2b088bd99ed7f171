import { listSubscribers } from '../store/subscribers.ts';
import type { Table } from '../store/table.ts';

/** So many subscribers at a time are compared with a name that is nobody's. */
const MOST = 500;

/**
 * Names and aliases in a domain among which a misspelt one may be meant: the first of all, and in a
 * large domain those that begin like it. Bounded, so that a question costs no whole domain.
 */
export async function namesBeside(table: Table, domain: string, key: string): Promise<string[]> {
  const all = await listSubscribers(table, domain, { limit: MOST });
  const near =
    all.next === undefined
      ? []
      : (await listSubscribers(table, domain, { after: key.slice(0, 1), limit: MOST })).records;
  return [...all.records, ...near].flatMap(({ user, compiled }) => [user, ...compiled.aliases]);
}
