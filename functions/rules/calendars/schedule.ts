import type { Schedule, Window } from '../../decide/model.ts';
import { entriesOf } from '../entries.ts';
import type { ScheduleSource, WindowSource } from '../schema/document.ts';
import { hint, quoted, type Report } from '../source/fault.ts';
import type { WithoutFaults } from '../source/without-faults.ts';
import { mergeRanges, type Range } from './ranges.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const ALL_DAYS = 0b111_1111;
const DAY = 1440;

/** Compiles a schedule; `calendars` are the names that it may refer to. */
export function compileSchedule(
  source: WithoutFaults<ScheduleSource>,
  pointer: string,
  calendars: readonly string[],
  report: Report,
): Schedule {
  const windows = entriesOf<WithoutFaults<WindowSource>>(source, pointer).map(
    ({ value, pointer }) => compileWindow(value, pointer, calendars, report),
  );
  return windows.length === 1 ? (windows[0] as Window) : windows;
}

function compileWindow(
  source: WithoutFaults<WindowSource>,
  pointer: string,
  calendars: readonly string[],
  report: Report,
): Window {
  const named = (key: 'on' | 'except'): readonly string[] | undefined => {
    if (source[key] === undefined) return undefined;
    return entriesOf(source[key], `${pointer}/${key}`).map(({ value, pointer }) => {
      if (!calendars.includes(value)) {
        report(pointer, `unknown calendar ${quoted(value)}${hint(value, calendars)}`);
      }
      return value;
    });
  };
  const hours = entriesOf(source.hours, `${pointer}/hours`).map(({ value, pointer }): Range => {
    const [first = 0, end = 0] = value.split('-').map(minutesOf);
    if (first === end) {
      report(
        pointer,
        `${quoted(value)} begins when it ends: write '00:00-24:00' for the whole day`,
      );
    }
    return [first, end > first ? end : end + DAY];
  });
  const days = entriesOf(source.days, `${pointer}/days`);
  const on = named('on');
  const except = named('except');
  return {
    days: days.length > 0 ? days.reduce((set, { value }) => set | daysOf(value), 0) : ALL_DAYS,
    hours: hours.length > 0 ? mergeRanges(hours, 0) : [[0, DAY]],
    ...(on && { on }),
    ...(except && { except }),
  };
}

/** `mon` or `fri-mon` as bits; a range may go over the end of the week. */
function daysOf(text: string): number {
  const [first = 0, last = first] = text.split('-').map((day) => DAYS.indexOf(day));
  let set = 1 << first;
  for (let day = first; day !== last; ) {
    day = (day + 1) % 7;
    set |= 1 << day;
  }
  return set;
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
