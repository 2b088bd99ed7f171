import type { Trigger } from '../../functions/decide/model.ts';
import { OUTCOME_OF } from '../../functions/explain/forecast.ts';
import type { SubscriberRecord } from '../../functions/store/subscribers.ts';

/** A request that some rule of these subscribers is likely to decide: a redirect where there is one. */
export function sampleRequests(
  domain: string,
  records: readonly SubscriberRecord[],
): Record<string, unknown>[] {
  const rules = records.flatMap(({ user, compiled }) =>
    compiled.rules
      .filter((rule) => 'forward' in rule && !rule.callers && rule.enabled !== false)
      .flatMap((rule) => rule.when.map((trigger) => ({ user, trigger }))),
  );
  const likely = rules.sort((a, b) => order(a.trigger) - order(b.trigger));
  const first = records[0]?.user ?? 'bob';
  return [...likely, { user: first, trigger: 'always' as const }].map(({ user, trigger }) => {
    const outcome = OUTCOME_OF[trigger];
    const called = `sip:${encodeURIComponent(user)}@${domain}`;
    const caller = user === 'alice' ? 'dave' : 'alice';
    return {
      callId: '1',
      requestUri: called,
      from: `<sip:${caller}@${domain}>;tag=1`,
      to: `<${called}>`,
      ...(outcome && { outcome }),
    };
  });
}

/** What needs the least to be understood comes first. */
const order = (trigger: Trigger): number =>
  ['busy', 'always', 'no-answer', 'unreachable', 'declined', 'deflected'].indexOf(trigger);
