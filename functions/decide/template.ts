import type { Policy, Rule, Subscriber } from './model.ts';

const NONE: readonly Rule[] = [];

/** The rules of the template that a subscriber uses; a name that the policy does not have has none. */
export function templateOf(
  policy: Pick<Policy, 'templates'> | undefined,
  subscriber: Pick<Subscriber, 'use'> | undefined,
): readonly Rule[] {
  if (subscriber?.use === undefined) return NONE;
  return policy?.templates?.[subscriber.use] ?? NONE;
}
