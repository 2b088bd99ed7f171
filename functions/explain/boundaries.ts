import type { Calendar, Policy, Rule, Subscriber } from '../decide/model.ts';
import { wallMinutes } from '../decide/wall-clock.ts';

const MINUTE = 60_000;
const DAY = 1440;
const DAY_MS = DAY * MINUTE;

/**
 * The instants in a time at which another rule may begin to decide, the first included: `from` and
 * `until` of rules, the hours of the schedules that they name, the days and events of calendars,
 * and changes of the clock. There may be some too many, never one too few.
 *
 * @param from milliseconds since the epoch
 * @returns ascending, each once
 */
export function boundaries(
  policy: Policy,
  subscriber: Subscriber,
  from: number,
  to: number,
): number[] {
  const zone = subscriber.timezone ?? policy.timezone;
  const rules = rulesOf(policy, subscriber);
  const found = new Set([from]);
  const add = (at: number | undefined): void => {
    if (at !== undefined && at > from && at < to) found.add(at);
  };
  for (const rule of rules) {
    add(rule.from);
    add(rule.until);
  }
  add(subscriber.dnd?.until);
  const minutes = minutesOf(policy, rules);
  const walls: number[] = [];
  const firstDay = Math.floor(wallMinutes(from, zone) / DAY) - 1;
  const lastDay = Math.ceil(wallMinutes(to, zone) / DAY) + 1;
  for (let day = firstDay; day <= lastDay; day++) {
    for (const minute of minutes) walls.push(day * DAY + minute);
  }
  for (const calendar of Object.values(policy.calendars)) {
    for (const span of calendar.spans ?? []) for (const at of span) add(at);
    walls.push(...wallsIn(calendar, firstDay * DAY, lastDay * DAY));
  }
  for (const wall of walls) for (const at of instantsOf(wall, zone)) add(at);
  return [...found].sort((a, b) => a - b);
}

/** Everything that may decide for the subscriber. */
function rulesOf({ first, templates = {}, ...policy }: Policy, subscriber: Subscriber): Rule[] {
  const { phone, rules } = subscriber;
  return [...first, ...phone, ...rules, ...Object.values(templates).flat(), ...policy.finally];
}

/** The minutes of a day, its beginning among them, at which a schedule of the rules may change. */
function minutesOf(policy: Policy, rules: readonly Rule[]): Set<number> {
  const minutes = new Set([0]);
  const names = new Set(rules.flatMap(({ schedules = [] }) => schedules.map(({ name }) => name)));
  for (const name of names) {
    for (const window of [policy.schedules[name] ?? []].flat()) {
      for (const [begin, end] of window.hours) {
        minutes.add(begin % DAY);
        minutes.add(end % DAY);
      }
    }
  }
  return minutes;
}

function* wallsIn({ wall = [] }: Calendar, from: number, to: number): Generator<number> {
  for (const [begin, end] of wall) {
    if (end < from || begin > to) continue;
    yield begin;
    yield end;
  }
}

/**
 * The instants at which a wall clock may show a time, and those at which it is turned nearby: with
 * the offsets of the days before and after, which differ only where it is turned between them.
 */
function* instantsOf(wall: number, zone: string): Generator<number> {
  const offsets = [-DAY_MS, DAY_MS].map((aside) => {
    const at = wall * MINUTE + aside;
    return wallMinutes(at, zone) - at / MINUTE;
  });
  const [before = 0, after = before] = offsets;
  yield (wall - before) * MINUTE;
  if (before === after) return;
  yield (wall - after) * MINUTE;
  // Turned somewhere in these two days: to the minute.
  let low = (wall - DAY) * MINUTE;
  let high = (wall + DAY) * MINUTE;
  const offsetAt = (at: number): number => wallMinutes(at, zone) - Math.floor(at / MINUTE);
  while (high - low > MINUTE) {
    const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  yield high;
}
