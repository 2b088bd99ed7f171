import type { Schedule } from '../decide/model.ts';
import type { ScheduleSource } from './document.ts';
import { hint, pointerTo, quoted, type Report } from './problem.ts';
import { mergeRanges, type Range } from './ranges.ts';
import { many } from './schema.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = 1440;

/** Compiles a schedule; `calendars` are the names that it may refer to. */
export function compileSchedule(
  source: ScheduleSource,
  pointer: string,
  calendars: readonly string[],
  report: Report,
): Schedule {
  const known = (key: 'on' | 'except'): readonly string[] | undefined => {
    const given = source[key];
    if (given === undefined) return undefined;
    for (const [index, name] of many(given).entries()) {
      if (calendars.includes(name)) continue;
      const at = pointerTo(pointer, key, ...(typeof given === 'string' ? [] : [index]));
      report(at, `unknown calendar ${quoted(name)}${hint(name, calendars)}`);
    }
    return many(given);
  };
  const hours = many(source.hours).flatMap((text, index): Range[] => {
    const [first = 0, end = 0] = text.split('-').map(minutesOf);
    if (first === end) {
      const at = pointerTo(pointer, 'hours', ...(typeof source.hours === 'string' ? [] : [index]));
      report(at, `${quoted(text)} begins when it ends: write '00:00-24:00' for the whole day`);
    }
    return [[first, end > first ? end : end + DAY]];
  });
  const on = known('on');
  const except = known('except');
  return {
    days:
      source.days === undefined ? 127 : many(source.days).reduce((set, d) => set | daysOf(d), 0),
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
