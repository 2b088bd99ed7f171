/**
 * Spreads work over time: tells how many milliseconds to wait before `count` things are begun at
 * `now`, so that no more than `perSecond` are on average. Time that was not used is not made up for.
 */
export function pacer(perSecond: number): (count: number, now: number) => number {
  let due = 0;
  return (count, now) => {
    const start = Math.max(due, now);
    due = start + (count * 1000) / perSecond;
    return start - now;
  };
}
