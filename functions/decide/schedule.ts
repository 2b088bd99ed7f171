import type { Calendar, Policy, Schedule } from './model.ts';
import { wallMinutes } from './wall-clock.ts';

const DAY = 1440;

/** An instant and the zone in which schedules are read. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** IANA zone. */
  readonly zone: string;
}

/**
 * Whether a schedule holds. Hours are those of the wall clock: one that comes twice when clocks go
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
  for (const [first, end] of schedule.hours) {
    if (minute >= first && minute < end && dayHolds(schedule, calendars, day, wall, moment.at)) {
      return true;
    }
    if (minute < end - DAY && dayHolds(schedule, calendars, day - 1, wall, moment.at)) return true;
  }
  return false;
}

function dayHolds(
  schedule: Schedule,
  calendars: Policy['calendars'],
  day: number,
  wall: number,
  at: number,
): boolean {
  // 1970-01-01 was a Thursday; bit 0 is Monday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  if ((schedule.days & (1 << weekday)) === 0) return false;
  const covered = (name: string): boolean => {
    const calendar = calendars[name];
    return calendar !== undefined && calendarCovers(calendar, day, wall, at);
  };
  return (schedule.on?.some(covered) ?? true) && !schedule.except?.some(covered);
}

function calendarCovers(calendar: Calendar, day: number, wall: number, at: number): boolean {
  return (
    within(calendar.days, day, true) ||
    (calendar.spans !== undefined && within(calendar.spans, at, false)) ||
    (calendar.wall !== undefined && within(calendar.wall, wall, false))
  );
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
