import { firstChangeAfter } from '../store/history.ts';
import { policyHistory, subscriberHistory } from '../store/keys.ts';
import type { PolicyRecord } from '../store/policies.ts';
import type { RuleReader } from '../store/reader.ts';
import type { SubscriberRecord } from '../store/subscribers.ts';
import type { Table } from '../store/table.ts';

/**
 * The rules as they were at an instant, as far as the history goes back. Peers and the token's
 * keys are today's. A name leads to the subscriber who has it today, or had it as his own: an
 * alias that has moved since leads to nobody.
 *
 * @param at milliseconds since the epoch
 */
export function readerAt(today: RuleReader, table: Table, at: number): RuleReader {
  return {
    ...today,
    async policy(domain, options) {
      const change = await firstChangeAfter<PolicyRecord>(table, policyHistory(domain), at);
      return change ? change.before?.compiled : today.policy(domain, options);
    },
    async subscriber(domain, key, signal) {
      const now = await today.subscriber(domain, key, signal);
      const user = now?.user ?? key;
      const history = subscriberHistory(domain, user);
      const change = await firstChangeAfter<SubscriberRecord>(table, history, at);
      const then = change ? change.before?.compiled : now;
      return then && (then.user === key || then.aliases.includes(key)) ? then : undefined;
    },
  };
}
