import { type Plan, removed, type SubscriberStep } from './plan.ts';

/**
 * A wrong file removes many: somebody who applies a fragment, or another domain's document, takes
 * everybody out at once, and what they set by phone with them.
 */

/** So few may always go, unless they are all there are. */
const FEW = 2;
/** A larger share than this is more than a change of staff. */
const SHARE = 0.1;

/** Those who lose everything by a plan: they go, or every rule they have goes. */
export const losing = ({ subscribers }: Plan): SubscriberStep[] => subscribers.filter(removed);

/** How many subscribers a domain has before the plan. */
const before = ({ subscribers, unchanged }: Plan): number =>
  unchanged + subscribers.filter(({ kind }) => kind !== 'add').length;

/**
 * Whether a plan takes away so many that it is not done unless the operator has said that it is
 * meant: all of a domain, or more than two and more than a tenth.
 */
export function removesTooMany(plan: Plan): boolean {
  const gone = losing(plan).length;
  const had = before(plan);
  return gone > 0 && (gone === had || (gone > FEW && gone > had * SHARE));
}

/** `example.com: 61 of 62 subscribers would lose their rules (ann, bob, … and 55 more)` */
export function removalText(plan: Plan): string {
  const gone = losing(plan);
  const shown = gone.slice(0, 6).map(({ user }) => user);
  const more = gone.length - shown.length;
  const names = shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
  return `${plan.domain}: ${gone.length} of ${before(plan)} subscribers would lose their rules (${names})`;
}
