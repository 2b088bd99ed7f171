import type { Fetch } from '../fetch/fetch-document.ts';
import { compilePeer } from '../rules/peers.ts';
import { peerHistory, policyHistory, subscriberHistory } from '../store/keys.ts';
import { changePeer, getPeerRecord, type PeerRecord } from '../store/peers.ts';
import { getPolicyRecord, type PolicyRecord } from '../store/policies.ts';
import { getSubscriberRecord, type SubscriberRecord } from '../store/subscribers.ts';
import type { Author, Table } from '../store/table.ts';
import { onCurrent } from './judging.ts';
import { recordAt } from './past-record.ts';
import { checkPolicy, storePolicy } from './policy.ts';
import { Invalid, mistakesOf } from './refusal.ts';
import { checkSubscriber, placeOf, snapshotOf, storeSubscriber } from './subscriber.ts';

/**
 * Puts something back as it was at a version, checked against the rules of today. Nothing is put
 * over what somebody else changes meanwhile.
 */

/**
 * A subscriber, their phone settings included.
 *
 * @throws {Absent | Invalid | Refused | ForwardingLoop}
 */
export async function revertSubscriber(
  table: Table,
  domain: string,
  user: string,
  version: number,
  author: Author,
): Promise<void> {
  const place = await placeOf(table, domain, user);
  const record = await getSubscriberRecord(table, domain, place.user);
  if (record?.version === version) return;
  const history = subscriberHistory(domain, place.user);
  const past = snapshotOf(await recordAt<SubscriberRecord>(table, history, version), domain);
  await onCurrent(place.what, async () => {
    const checked = await checkSubscriber(table, place, record, past.subscriber, past.phone);
    await storeSubscriber(table, place, record, checked, author);
  });
}

/**
 * The policy of a domain.
 *
 * @param fetch for calendars that it names and today's does not
 * @throws {Invalid | Refused}
 */
export async function revertPolicy(
  table: Table,
  domain: string,
  version: number,
  author: Author,
  fetch: Fetch,
): Promise<void> {
  const record = await getPolicyRecord(table, domain);
  if (record?.version === version) return;
  const past = await recordAt<PolicyRecord>(table, policyHistory(domain), version);
  const checked = await checkPolicy(table, domain, record, past.source);
  await storePolicy(table, domain, record, checked, author, fetch);
}

/** The settings of a peer; its keys stay as they are. @throws {Invalid | Refused} */
export async function revertPeer(
  table: Table,
  name: string,
  version: number,
  author: Author,
): Promise<void> {
  const record = await getPeerRecord(table, name);
  if (record?.version === version) return;
  const past = await recordAt<PeerRecord>(table, peerHistory(name), version);
  const { peer, problems } = compilePeer(past.source);
  if (!peer) throw new Invalid(mistakesOf(problems));
  const next = { source: past.source, compiled: peer };
  await changePeer(table, { name, expect: record?.version ?? 0, next }, author);
}
