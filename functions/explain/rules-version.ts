import { listHistory } from '../store/history.ts';
import { policyHistory, subscriberHistory } from '../store/keys.ts';
import type { Stamp, Table } from '../store/table.ts';

/**
 * The change that gave rules the version by which a call at an instant is decided; undefined where
 * the history does not go back so far.
 *
 * @param user absent: the domain's policy
 * @param at milliseconds since the epoch
 */
export async function changeOf(
  table: Table,
  { domain, user }: { readonly domain: string; readonly user?: string },
  version: number,
  at: number,
): Promise<Stamp | undefined> {
  const history = user === undefined ? policyHistory(domain) : subscriberHistory(domain, user);
  const isMeant = (stamp: Stamp | undefined) => stamp?.version === version;
  const before = new Date(at + 1).toISOString();
  const [then] = (await listHistory(table, history, { limit: 1, before })).entries;
  if (isMeant(then)) return then;
  // Before there were any rules, today's stand for them.
  const [last] = (await listHistory(table, history, { limit: 1 })).entries;
  return isMeant(last) ? last : undefined;
}
