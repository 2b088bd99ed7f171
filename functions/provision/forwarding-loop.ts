import type { Rule, Subscriber } from '../decide/model.ts';
import { findCircles, ringsToo } from '../rules/circles.ts';
import type { Names } from './live-directory.ts';
import { ForwardingLoop } from './refusal.ts';

/**
 * How many subscribers are looked at in search of a circle: each of them is a condition of the
 * transaction, beside a subscriber's own 43 items.
 */
const MOST_REACHED = 50;

/**
 * The circle that a subscriber's rules would close, in which no call could end: its users in
 * order. Whoever they forward to is read from the table.
 */
export async function endlessCircle(
  names: Names,
  domain: string,
  subscriber: Subscriber,
): Promise<readonly string[] | undefined> {
  const reached = new Map([[subscriber.user, subscriber]]);
  // A map that grows while it is walked is walked to its end.
  for (const { phone, rules } of reached.values()) {
    for (const user of [...phone, ...rules].flatMap((rule) => usersBehind(rule, domain))) {
      if (reached.has(user) || reached.size >= MOST_REACHED) continue;
      const next = await names.find(user);
      if (next) reached.set(next.user, next);
    }
  }
  const circles = findCircles(domain, [...reached.values()]);
  return circles.find(({ users, endless }) => endless && users.includes(subscriber.user))?.users;
}

/** @throws {ForwardingLoop} where a call to the subscriber could never end */
export async function refuseLoop(
  names: Names,
  domain: string,
  subscriber: Subscriber,
): Promise<void> {
  const users = await endlessCircle(names, domain, subscriber);
  if (users) throw new ForwardingLoop(users);
}

/** The subscribers to whom a rule may send a call at once. */
function usersBehind(rule: Rule, domain: string): string[] {
  if (rule.enabled === false || !rule.when.includes('always') || !('forward' in rule)) return [];
  if (ringsToo(rule)) return [];
  return rule.forward.flatMap((target) => {
    const aor = 'self' in target ? undefined : target.names?.[0];
    if (aor === undefined) return [];
    return [aor.endsWith(`@${domain}`) ? aor.slice(0, -domain.length - 1) : aor];
  });
}
