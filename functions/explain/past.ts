import type { Switches } from '../decide/model.ts';
import { firstChangeAfter } from '../store/history.ts';
import { policyHistory, subscriberHistory, switchesHistory } from '../store/keys.ts';
import { getPolicyRecord, type PolicyRecord } from '../store/policies.ts';
import type { RuleReader } from '../store/reader.ts';
import type { SubscriberRecord } from '../store/subscribers.ts';
import type { Table } from '../store/table.ts';
import type { CalendarSources } from './calendar-events.ts';

/** How a domain's calendars were written at an instant. */
export async function calendarsAt(
  table: Table,
  domain: string,
  at: number,
): Promise<CalendarSources | undefined> {
  const change = await firstChangeAfter<PolicyRecord>(table, policyHistory(domain), at);
  return change?.before ?? getPolicyRecord(table, domain);
}

/**
 * The rules as they were at an instant, as far as the history goes back; where it is before the
 * domain had any, those of today stand for them, so that its schedules can be asked about any
 * time. Peers and the token's keys are today's. A name leads to the subscriber who has it today,
 * or had it as their own: an alias that has moved since leads to nobody.
 *
 * @param at milliseconds since the epoch
 */
export function readerAt(today: RuleReader, table: Table, at: number): RuleReader {
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
