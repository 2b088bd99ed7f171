import { isDeepStrictEqual } from 'node:util';
import { type Key, SEARCH_KEY, TOKEN_KEY } from '../store/keys.ts';
import { changePeer, listPeers, type PeerRecord } from '../store/peers.ts';
import { readStored } from '../store/records.ts';
import { getSwitches } from '../store/switches.ts';
import type { Author, Table } from '../store/table.ts';
import { transact } from '../store/transactions.ts';
import { makePlan, type Plan } from './apply/plan.ts';
import { desiredFrom, domainAt } from './domain-at.ts';

/**
 * Puts back into a table what another has, as after a point-in-time restore into a new table: what
 * was lost or changed since, nothing that came since in addition.
 */

/** What has to be done so that a domain, or one of its subscribers, is as in the other table. */
export async function restorePlan(
  from: Table,
  to: Table,
  domain: string,
  user?: string,
): Promise<Plan> {
  const plan = await makePlan(to, desiredFrom(await domainAt(from, domain, from.now()), to.now()));
  if (user === undefined) return plan;
  const { policy: _, ...rest } = plan;
  return { ...rest, subscribers: plan.subscribers.filter((step) => step.user === user) };
}

/** A peer of the other table that this one lacks, or has otherwise. */
export interface PeerDifference {
  readonly peer: PeerRecord;
  /** What this table has. */
  readonly now: PeerRecord | undefined;
  readonly differs: readonly ('settings' | 'keys')[];
}

export async function peersThatDiffer(from: Table, to: Table): Promise<PeerDifference[]> {
  const current = new Map((await listPeers(to)).map((peer) => [peer.name, peer]));
  return (await listPeers(from)).flatMap((peer) => {
    const now = current.get(peer.name);
    const differs = [
      ...(isDeepStrictEqual(now?.source, peer.source) ? [] : (['settings'] as const)),
      ...(isDeepStrictEqual(now?.keys, peer.keys) ? [] : (['keys'] as const)),
    ];
    return differs.length > 0 ? [{ peer, now, differs }] : [];
  });
}

/** Puts a peer back with its keys, which are the same ones: edges go on with them. */
export async function restorePeer(
  table: Table,
  { peer, now }: PeerDifference,
  author: Author,
): Promise<void> {
  const { name, source, compiled, keys } = peer;
  await changePeer(
    table,
    { name, expect: now?.version ?? 0, next: { source, compiled, keys } },
    author,
  );
}

/** The switches of a domain that are otherwise in the other table: name → whether on there. */
export async function switchesThatDiffer(
  from: Table,
  to: Table,
  domain: string,
): Promise<ReadonlyMap<string, boolean>> {
  const [there, here] = [await getSwitches(from, domain), await getSwitches(to, domain)];
  const names = new Set([...(there?.on ?? []), ...(here?.on ?? [])]);
  const isOn = (record: typeof there, name: string): boolean => record?.on.includes(name) === true;
  return new Map(
    [...names]
      .filter((name) => isOn(there, name) !== isOn(here, name))
      .map((name) => [name, isOn(there, name)]),
  );
}

/** Gives a table that has no keys of the loop token those of another. Whether it had none. */
export async function restoreTokenKeys(from: Table, to: Table): Promise<boolean> {
  // By the search key lines of the log are found that were written before.
  await restoreKey(from, to, SEARCH_KEY);
  return restoreKey(from, to, TOKEN_KEY);
}

async function restoreKey(from: Table, to: Table, key: Key): Promise<boolean> {
  const [there, here] = [await readStored(from, key), await readStored(to, key)];
  if (!there?.item || here?.item) return false;
  const { pk: _, sk: __, ...put } = there.item;
  await transact(to, 'the table’s keys', [{ key, put, condition: 'absent' }]);
  return true;
}
