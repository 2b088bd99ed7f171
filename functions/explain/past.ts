import type { Switches } from '../decide/model.ts';
import { recordAt } from '../provision/past-record.ts';
import { Refused } from '../provision/refusal.ts';
import { getCalendarCopy } from '../store/calendar-copies.ts';
import { firstChangeAfter } from '../store/history.ts';
import { policyHistory, subscriberHistory, switchesHistory } from '../store/keys.ts';
import { getPolicyRecord, type PolicyRecord } from '../store/policies.ts';
import type { RuleReader } from '../store/reader.ts';
import type { SubscriberRecord } from '../store/subscribers.ts';
import type { Stamp, Table } from '../store/table.ts';
import type { CalendarSources } from './calendar-events.ts';
import type { Versions } from './options.ts';

/** How a domain's calendars were written at an instant; of those that are fetched, what they are now. */
export async function calendarsAt(
  table: Table,
  domain: string,
  at: number,
): Promise<CalendarSources | undefined> {
  const change = await firstChangeAfter<PolicyRecord>(table, policyHistory(domain), at);
  const policy = change?.before ?? (await getPolicyRecord(table, domain));
  if (policy === undefined) return undefined;
  const { source, calendars, compiled } = policy;
  const fetched: Record<string, string> = {};
  for (const { url } of Object.values(compiled.calendars)) {
    const copy = url === undefined ? undefined : await getCalendarCopy(table, domain, url);
    if (url !== undefined && copy !== undefined) fetched[url] = copy.text;
  }
  return { source, calendars, fetched };
}

/**
 * The rules as they were at an instant, as far as the history goes back; where it is before the
 * domain had any, those of today stand for them, so that its schedules can be asked about any
 * time. Peers and the token's keys are today's. A name leads to the subscriber who has it today,
 * or had it as their own: an alias that has moved since leads to nobody.
 *
 * @param at milliseconds since the epoch
 * @param versions of what is read first, the called domain's policy and the called subscriber: a call
 *   may have been decided by a policy that was half a minute old
 */
export function readerAt(
  today: RuleReader,
  table: Table,
  at: number,
  versions?: Versions,
): RuleReader {
  const then = readerAtInstant(today, table, at);
  return versions ? readerOfVersions(today, then, table, versions) : then;
}

function readerAtInstant(today: RuleReader, table: Table, at: number): RuleReader {
  const policyChange = (domain: string) =>
    firstChangeAfter<PolicyRecord>(table, policyHistory(domain), at);
  return {
    ...today,
    async policy(domain, options) {
      const change = await policyChange(domain);
      return change?.before ? change.before.compiled : today.policy(domain, options);
    },
    async switches(domain, options) {
      const change = await firstChangeAfter<Switches>(table, switchesHistory(domain), at);
      return change ? change.before : today.switches(domain, options);
    },
    async subscriber(domain, key, options) {
      const now = await today.subscriber(domain, key, options);
      const user = now?.user ?? key;
      const history = subscriberHistory(domain, user);
      const change = await firstChangeAfter<SubscriberRecord>(table, history, at);
      if (change === undefined) return now;
      const founded = await policyChange(domain);
      if (founded && !founded.before) return now;
      const then = change.before?.compiled;
      return then && (then.user === key || then.aliases.includes(key)) ? then : undefined;
    },
  };
}

function readerOfVersions(
  today: RuleReader,
  then: RuleReader,
  table: Table,
  versions: Versions,
): RuleReader {
  let called: { domain: string; key?: string } | undefined;
  const ofVersion = async <T extends { readonly version: number }>(
    found: T | undefined,
    wanted: number | undefined,
    now: () => Promise<T | undefined>,
    history: string,
  ): Promise<T | undefined> => {
    if (wanted === undefined || found?.version === wanted) return found;
    const current = await now();
    if (current?.version === wanted) return current;
    const record = await past<Stamp & { readonly compiled: T }>(table, history, wanted);
    return record?.compiled ?? found;
  };
  return {
    ...then,
    async policy(domain, options) {
      called ??= { domain };
      const policy = await then.policy(domain, options);
      if (domain !== called.domain) return policy;
      const now = () => today.policy(domain, options);
      return ofVersion(policy, versions.policy, now, policyHistory(domain));
    },
    async subscriber(domain, key, options) {
      called = { key, ...called, domain: called?.domain ?? domain };
      const subscriber = await then.subscriber(domain, key, options);
      if (domain !== called.domain || key !== called.key) return subscriber;
      const now = () => today.subscriber(domain, key, options);
      const history = subscriberHistory(domain, subscriber?.user ?? key);
      return ofVersion(subscriber, versions.rules, now, history);
    },
  };
}

/** What was there at a version; undefined where the history does not have it. */
async function past<T extends Stamp>(
  table: Table,
  history: string,
  version: number,
): Promise<T | undefined> {
  return recordAt<T>(table, history, version).catch((error) => {
    if (error instanceof Refused) return undefined;
    throw error;
  });
}
