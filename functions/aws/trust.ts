/**
 * For how long an idle connection is trusted. Between two calls Lambda freezes an instance, for
 * minutes or hours; what becomes of its connections meanwhile (closed, forgotten, dropped in
 * silence by something on the way) is seen only when they are used, and in the last case only by
 * waiting. A new one costs some 15 ms; an old one may cost the call.
 */
const TRUSTED_MS = 1_000;

/** A moment by both clocks: one of them may stand still in a freeze, the other may be set. */
export interface Moment {
  readonly wall: number;
  readonly steady: number;
}

export const thisMoment = (): Moment => ({ wall: Date.now(), steady: performance.now() });

/** Whether it is less than so long ago by both clocks. */
export function isWithin(ms: number, then: Moment, now: Moment): boolean {
  return Math.abs(now.wall - then.wall) < ms && now.steady - then.steady < ms;
}

/** @param lived when a connection is last known to have lived */
export function isTrusted(lived: Moment | undefined, now: Moment): boolean {
  return lived !== undefined && isWithin(TRUSTED_MS, lived, now);
}
