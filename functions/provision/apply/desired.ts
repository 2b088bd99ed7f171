import type { Loaded } from '../../rules/source/load.ts';
import type { SubscriberInput } from '../../store/subscribers.ts';
import type { Desired } from './plan.ts';

/** What sound documents say, in the form in which it is stored: each subscriber's part on its own. */
export function desiredOf({
  document,
  calendars,
  policy,
  subscribers,
}: Pick<Loaded, 'document' | 'calendars' | 'policy' | 'subscribers'>): Desired {
  const { subscribers: sources = {}, ...rest } = document as {
    subscribers?: Record<string, { managedBy?: 'subscriber' }>;
  };
  // Compiled subscribers come in the order of their sources.
  const written = Object.values(sources);
  return {
    domain: policy.domain,
    policy: { source: rest, calendars, compiled: policy },
    subscribers: new Map(
      subscribers.map((compiled, i): [string, SubscriberInput] => [
        compiled.user,
        { source: written[i], compiled, managedBy: written[i]?.managedBy ?? 'code' },
      ]),
    ),
  };
}
