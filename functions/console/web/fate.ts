import type { Forecast, Segment, Trigger } from './api.ts';
import { shortTime } from './time.ts';
import { listed, t } from './words.ts';

/** What a call of now comes to, and for how long that stays so. */
export interface Fate {
  readonly segment: Segment;
  /** Absent: longer than the forecast looks. */
  readonly until?: number;
}

export function fateAt({ items }: Forecast, trigger: Trigger, at: number): Fate | undefined {
  const ends = Math.max(...items.map(({ to }) => Date.parse(to)));
  const segment = items.find(
    (one) => one.trigger === trigger && Date.parse(one.from) <= at && at < Date.parse(one.to),
  );
  if (!segment) return undefined;
  const until = Date.parse(segment.to);
  return until < ends ? { segment, until } : { segment };
}

/** Whose phone it is: `self` where they read it themselves. */
export interface Whose {
  readonly user: string;
  readonly self: boolean;
}

/** `Calls go to carol until 17:00.` */
export function sentence({ segment, until }: Fate, { user, self }: Whose, zone: string): string {
  const { action, targets, status = 0, trigger } = segment;
  return t(`fate-${action === 'continue' && trigger !== 'always' ? 'stands' : action}`, {
    user,
    self: self ? 'yes' : 'no',
    targets: listed(targets.map(plain), 'disjunction'),
    status,
    until: until === undefined ? '' : shortTime(until, zone),
    ends: until === undefined ? 'no' : 'yes',
  });
}

/** An address without the scheme, which tells most people nothing. */
export const plain = (target: string): string => target.replace(/^sips?:/i, '');
