import type { Calendar, Policy, Rule, Subscriber } from '../decide/model.ts';
import { templateOf } from '../decide/template.ts';
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
  const clocks = new Map<number, Clock>();
  for (const wall of walls) {
    const day = Math.floor(wall / DAY);
    const clock = clocks.get(day) ?? clockOn(day, zone);
    clocks.set(day, clock);
    for (const offset of clock.offsets) add((wall - offset) * MINUTE);
    add(clock.turned);
  }
  return [...found].sort((a, b) => a - b);
}

/** Everything that may decide for the subscriber. */
function rulesOf(policy: Policy, subscriber: Subscriber): Rule[] {
  const { phone, rules } = subscriber;
  const { first, finally: last } = policy;
  return [...first, ...phone, ...rules, ...templateOf(policy, subscriber), ...last];
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

/** A zone's clock on a day and beside it. */
interface Clock {
  /** Minutes that it may be ahead of UTC. */
  readonly offsets: readonly number[];
  /** The instant at which it is turned, to the minute; absent: it is not. */
  readonly turned?: number;
}

/** Whether the offsets of a day before and of a day after differ tells whether it is turned between. */
function clockOn(day: number, zone: string): Clock {
  let low = (day - 1) * DAY_MS;
  let high = (day + 2) * DAY_MS;
  const offsetAt = (at: number): number => wallMinutes(at, zone) - Math.floor(at / MINUTE);
  const [before, after] = [offsetAt(low), offsetAt(high)];
  if (before === after) return { offsets: [before] };
  while (high - low > MINUTE) {
    const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return { offsets: [before, after], turned: high };
}
