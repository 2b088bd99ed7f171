import { compile } from '../rules/compile.ts';
import { firstChangeAfter } from '../store/history.ts';
import { policyHistory, subscriberHistory } from '../store/keys.ts';
import { getPolicyRecord, type PolicyRecord } from '../store/policies.ts';
import { type SubscriberRecord, subscriberPages } from '../store/subscribers.ts';
import type { Stamp, Table } from '../store/table.ts';
import { desiredOf } from './apply/desired.ts';
import type { Desired } from './apply/plan.ts';
import { phoneSettingsOf } from './phone-settings.ts';
import { Absent, Invalid, mistakesOf } from './refusal.ts';

/** A domain as people wrote it, and what was set by phone. */
export interface DomainRecords {
  readonly policy: PolicyRecord;
  /** By user. */
  readonly subscribers: readonly SubscriberRecord[];
}

/** How many histories are read at a time. */
const AT_ONCE = 25;

/**
 * A domain as it was at an instant, as far as the history goes back.
 *
 * @param instant milliseconds since the epoch
 * @throws {Absent} where there was no such domain then
 */
export async function domainAt(
  table: Table,
  domain: string,
  instant: number,
): Promise<DomainRecords> {
  const policy = await recordThen<PolicyRecord>(
    table,
    policyHistory(domain),
    await getPolicyRecord(table, domain),
    instant,
  );
  if (!policy) throw new Absent(`domain ${domain} at ${new Date(instant).toISOString()}`);
  const subscribers: SubscriberRecord[] = [];
  for await (const { records, removed } of subscriberPages(table, domain)) {
    const all = [
      ...records.map((record) => [record.user, record] as const),
      ...removed.map((user) => [user, undefined] as const),
    ];
    for (let i = 0; i < all.length; i += AT_ONCE) {
      const then = all
        .slice(i, i + AT_ONCE)
        .map(([user, now]) =>
          recordThen<SubscriberRecord>(table, subscriberHistory(domain, user), now, instant),
        );
      for (const record of await Promise.all(then)) if (record) subscribers.push(record);
    }
  }
  return { policy, subscribers: subscribers.sort((a, b) => (a.user < b.user ? -1 : 1)) };
}

/** What a record was; undefined: it was not there. */
async function recordThen<T extends Stamp>(
  table: Table,
  history: string,
  now: T | undefined,
  instant: number,
): Promise<T | undefined> {
  if (now && Date.parse(now.at) <= instant) return now;
  const change = await firstChangeAfter<T>(table, history, instant);
  return change ? change.before : now;
}

/** A document of everything that was written: its policy, and its subscribers by name. */
export const documentOf = ({ policy, subscribers }: DomainRecords): Record<string, unknown> => ({
  ...(policy.source as object),
  subscribers: Object.fromEntries(subscribers.map(({ user, source }) => [user, source])),
});

/**
 * What is to hold so that a domain is as these records have it, phone settings and rules that
 * subscribers manage themselves included; compiled, and so judged, as today.
 *
 * @throws {Invalid} where it may no longer hold
 */
export function desiredFrom(records: DomainRecords, now: number): Desired {
  const document = documentOf(records);
  const { calendars } = records.policy;
  const compiled = compile(document, { now, calendars });
  if (compiled.problems.length > 0) throw new Invalid(mistakesOf(compiled.problems));
  const desired = desiredOf({ ...compiled, document, calendars });
  const { domain } = records.policy.compiled;
  const phones = new Map(
    records.subscribers.map((record) => [
      record.user,
      {
        settings: phoneSettingsOf(record, domain),
        rules: record.compiled.phone,
        ...(record.compiled.dnd && { dnd: record.compiled.dnd }),
      },
    ]),
  );
  return {
    ...desired,
    ownRules: 'included',
    subscribers: new Map(
      [...desired.subscribers].map(([user, input]) => [
        user,
        { ...input, phone: phones.get(user) ?? { settings: {}, rules: [] } },
      ]),
    ),
  };
}
