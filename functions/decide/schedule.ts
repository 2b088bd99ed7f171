import { partsOf } from './civil.ts';
import type { Calendar, Policy, Schedule, Window } from './model.ts';
import { wallMinutes } from './wall-clock.ts';
import { isYearly } from './yearly.ts';

const DAY = 1440;

/** An instant and the zone in which schedules are read. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** IANA zone. */
  readonly zone: string;
}

/**
 * Whether a schedule holds: one of its windows. Hours are those of the wall clock: one that comes twice when clocks go
 * back holds twice, one that is skipped never does. A window over midnight belongs to the day it
 * starts on, whose weekday and calendars count for all of it.
 */
export function scheduleHolds(
  schedule: Schedule,
  calendars: Policy['calendars'],
  moment: Moment,
): boolean {
  const wall = wallMinutes(moment.at, moment.zone);
  const day = Math.floor(wall / DAY);
  const minute = wall - day * DAY;
  const windows: readonly Window[] = 'days' in schedule ? [schedule] : schedule;
  return windows.some((window) =>
    window.hours.some(
      ([first, end]) =>
        (minute >= first && minute < end && dayHolds(window, calendars, day, wall, moment.at)) ||
        (minute < end - DAY && dayHolds(window, calendars, day - 1, wall, moment.at)),
    ),
  );
}

function dayHolds(
  window: Window,
  calendars: Policy['calendars'],
  day: number,
  wall: number,
  at: number,
): boolean {
  // 1970-01-01 was a Thursday; bit 0 is Monday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  if ((window.days & (1 << weekday)) === 0) return false;
  const covered = (name: string): boolean => {
    const calendar = calendars[name];
    return calendar !== undefined && calendarCovers(calendar, day, wall, at);
  };
  return (window.on?.some(covered) ?? true) && !window.except?.some(covered);
}

/**
 * @param day the day whose entries count
 * @param wall minutes since 1970-01-01T00:00 on the wall clock
 * @param at milliseconds since the epoch
 */
export function calendarCovers(calendar: Calendar, day: number, wall: number, at: number): boolean {
  return (
    comesBack(calendar.yearly, day) ||
    within(calendar.days, day, true) ||
    (calendar.spans !== undefined && within(calendar.spans, at, false)) ||
    (calendar.wall !== undefined && within(calendar.wall, wall, false))
  );
}

function comesBack(entries: Calendar['yearly'], day: number): boolean {
  if (entries === undefined) return false;
  const parts = partsOf(day);
  return entries.some((entry) => isYearly(entry, day, parts));
}

/** Binary search in sorted ranges that do not overlap. */
function within(
  ranges: readonly (readonly [number, number])[],
  value: number,
  endIncluded: boolean,
): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle] as readonly [number, number];
    if (value < first) high = middle - 1;
    else if (endIncluded ? value > last : value >= last) low = middle + 1;
    else return true;
  }
  return false;
}
