import type { Policy, Schedule, Window } from '../decide/model.ts';
import { calendarCovers, type Moment } from '../decide/schedule.ts';
import type { Missed } from '../decide/trace.ts';
import { wallMinutes } from '../decide/wall-clock.ts';

const DAY = 1440;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** What keeps each window of a schedule from holding at a moment; nothing for one that holds. */
export function missedIn(
  schedule: Schedule,
  calendars: Policy['calendars'],
  moment: Moment,
): Missed[][] {
  const windows: readonly Window[] = 'days' in schedule ? [schedule] : schedule;
  const wall = wallMinutes(moment.at, moment.zone);
  const day = Math.floor(wall / DAY);
  const minute = wall - day * DAY;
  return windows.map((window) => {
    const begun: number[] = [];
    for (const [first, end] of window.hours) {
      if (minute >= first && minute < end) begun.push(day);
      // Over midnight: the window of the day before, whose weekday and calendars count.
      if (minute < end - DAY) begun.push(day - 1);
    }
    const byDay = (begun.length > 0 ? begun : [day]).map((one) =>
      missedOn(window, calendars, one, wall, moment.at),
    );
    const fewest = byDay.reduce((a, b) => (b.length < a.length ? b : a));
    return begun.length > 0
      ? fewest
      : [...fewest, { part: 'hours', value: window.hours.map(hoursText).join(', ') }];
  });
}

function missedOn(
  window: Window,
  calendars: Policy['calendars'],
  day: number,
  wall: number,
  at: number,
): Missed[] {
  const missed: Missed[] = [];
  const covers = (name: string): boolean => {
    const calendar = calendars[name];
    return calendar !== undefined && calendarCovers(calendar, day, wall, at);
  };
  // 1970-01-01 was a Thursday; bit 0 is Monday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  if ((window.days & (1 << weekday)) === 0) {
    missed.push({ part: 'days', value: daysText(window.days) });
  }
  if (window.on !== undefined && !window.on.some(covers)) {
    missed.push({ part: 'on', value: window.on.join(', ') });
  }
  for (const name of window.except ?? []) {
    if (covers(name)) missed.push({ part: 'except', value: name });
  }
  return missed;
}

/** `mon-fri`, as a document would have it. */
function daysText(mask: number): string {
  const runs: string[] = [];
  for (let first = 0; first < 7; first++) {
    if ((mask & (1 << first)) === 0) continue;
    let last = first;
    while (last < 6 && mask & (1 << (last + 1))) last++;
    runs.push(last === first ? `${DAYS[first]}` : `${DAYS[first]}-${DAYS[last]}`);
    first = last;
  }
  return runs.join(', ');
}

const hoursText = ([first, end]: readonly [number, number]): string =>
  `${clock(first)}-${end === DAY ? '24:00' : clock(end % DAY)}`;

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
