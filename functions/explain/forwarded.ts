import type { Subscriber } from '../decide/model.ts';
import { askerOf, type Outlook } from './forecast.ts';

/** How somebody is forwarded. */
export interface Forwarded {
  /** Where a call goes without anybody's ringing, best first; empty: nowhere. */
  readonly targets: readonly string[];
  /** The rule that sends it there. */
  readonly rule?: string;
  /** Settings by phone that are on: `always`, `busy`, … and `dnd`. */
  readonly phone: readonly string[];
}

/**
 * How a subscriber is forwarded at an instant: who has a phone setting on, and whose calls the
 * forecast redirects at once.
 *
 * @param at milliseconds since the epoch
 * @returns undefined where they are not
 */
export function forwardedAt(outlook: Outlook, at: number): Forwarded | undefined {
  const phone = phoneOn(outlook.subscriber, at);
  const always = askerOf(outlook, 'always')(at);
  const redirects = always.action === 'redirect';
  if (!redirects && phone.length === 0) return undefined;
  return {
    targets: redirects ? always.targets : [],
    ...(redirects && always.rule !== undefined && { rule: always.rule }),
    phone,
  };
}

function phoneOn({ phone, dnd }: Subscriber, at: number): string[] {
  const isOn = ({ until }: { readonly until?: number }): boolean =>
    until === undefined || at < until;
  const settings = phone.filter(isOn).flatMap(({ when }) => when);
  return dnd && isOn(dnd) ? [...settings, 'dnd'] : settings;
}
