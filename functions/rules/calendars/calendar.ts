import type { Calendar, Yearly } from '../../decide/model.ts';
import { addressFault } from '../../fetch/address.ts';
import { entriesOf } from '../entries.ts';
import type { CalendarSource, FetchedCalendarSource } from '../schema/document.ts';
import { quoted, type Report } from '../source/fault.ts';
import type { WithoutFaults } from '../source/without-faults.ts';
import { type Events, expandCalendar, horizonAfter } from './ics.ts';
import { mergeRanges, type Range } from './ranges.ts';
import { parseYearly } from './yearly.ts';
import { dayNumber } from './zone.ts';

/** From how long before its end on a calendar counts as running out, in milliseconds: 183 days. */
const RUNNING_OUT = 183 * 86_400_000;
const DAY = 86_400_000;
const MINUTE = 60_000;

export interface CalendarContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The .ics files by the name under which calendars refer to them. */
  readonly calendars: Readonly<Record<string, string>>;
  readonly report: Report;
  readonly warn: Report;
  /** What is good to know: what a file gives. */
  readonly note: Report;
}

/**
 * Compiles a calendar of dates, ranges and .ics files. One that is fetched has no days here: what it
 * has, the table knows (`compileFetched`).
 */
export function compileCalendar(
  source: WithoutFaults<CalendarSource>,
  pointer: string,
  context: CalendarContext,
): Calendar {
  if (typeof source === 'string' || Array.isArray(source)) {
    return compileWritten(source, pointer, context);
  }
  const { url } = source as WithoutFaults<FetchedCalendarSource>;
  // What is missing has been reported.
  if (url === undefined) return { days: [] };
  const fault = addressFault(url);
  if (fault === undefined) context.note(`${pointer}/url`, 'is fetched when this is applied');
  else context.report(`${pointer}/url`, `${quoted(url)} ${fault}`);
  return { url, days: [] };
}

function compileWritten(
  source: string | readonly (string | undefined)[],
  pointer: string,
  context: CalendarContext,
): Calendar {
  const { now, report, warn } = context;
  const days: Range[] = [];
  const spans: Range[] = [];
  const wall: Range[] = [];
  const yearly: Yearly[] = [];
  let endless = false;
  for (const { value: entry, pointer: at } of entriesOf(source, pointer)) {
    if (entry.endsWith('.ics')) {
      const text = Object.hasOwn(context.calendars, entry) ? context.calendars[entry] : undefined;
      // Where the file could not be read, that has been reported.
      if (text === undefined) continue;
      const events = readFile(entry, text, at, context);
      days.push(...events.days);
      spans.push(...events.spans);
      wall.push(...events.wall);
      endless ||= events.cut;
      continue;
    }
    const back = parseYearly(entry);
    if (typeof back === 'string') report(at, back);
    else if (back !== undefined) yearly.push(back);
    else {
      const [first = '', last = first] = entry.split('..');
      const from = dayNumber(first);
      const to = dayNumber(last);
      const missing = from === undefined ? first : to === undefined ? last : undefined;
      if (missing !== undefined) report(at, `there is no day ${quoted(missing)}`);
      else if (from !== undefined && to !== undefined) {
        if (to < from) report(at, `${quoted(entry)} ends before it begins`);
        else days.push([from, to]);
      }
    }
  }
  const compiled = {
    ...merged({ days, spans, wall, cut: endless }, now),
    ...(yearly.length > 0 && { yearly }),
  };
  warnIfRunningOut(compiled, pointer, now, warn);
  return compiled;
}

const merged = ({ days, spans, wall, cut }: Events, now: number): Calendar => ({
  days: mergeRanges(days, 1),
  ...(spans.length > 0 && { spans: mergeRanges(spans, 0) }),
  ...(wall.length > 0 && { wall: mergeRanges(wall, 0) }),
  ...(cut && { expandedUntil: horizonAfter(now) }),
});

/**
 * Compiles what was fetched from an address. What of it can't be read is left out, as of a file.
 *
 * @param now milliseconds since the epoch
 * @returns why it can't be used, in words that go after its address
 */
export function compileFetched(url: string, text: string, now: number): Calendar | string {
  let fault: string | undefined;
  const events = expandCalendar(text, now, {
    fault: (message) => {
      fault ??= message;
    },
    leftOut: () => {},
  });
  if (fault !== undefined) return fault;
  if (events.days.length + events.spans.length + events.wall.length === 0) return 'has no events';
  return { url, ...merged(events, now) };
}

/** Left-out parts of a file that are told one by one. */
const MOST_TOLD = 20;

/** The events of an .ics file; tells what they are, and what of it is left out. */
function readFile(
  name: string,
  text: string,
  pointer: string,
  { now, report, warn, note }: CalendarContext,
): Events {
  let more = 0;
  let told = 0;
  const events = expandCalendar(text, now, {
    fault: (message) => report(pointer, `${name}: ${message}`),
    leftOut: (line, message) => {
      if (told++ < MOST_TOLD) warn(pointer, `${name}:${line}: ${message}`);
      else more++;
    },
  });
  if (more > 0) warn(pointer, `${name}: ${more} more that are left out`);
  const { days, spans, wall } = events;
  const times = [
    ...days.map(([first, last]) => [first * DAY, (last + 1) * DAY] as const),
    ...spans,
    ...wall.map(([first, end]) => [first * MINUTE, end * MINUTE] as const),
  ];
  if (times.length > 0) {
    const first = times.reduce((least, [from]) => Math.min(least, from), Number.POSITIVE_INFINITY);
    const last = times.reduce((most, [, end]) => Math.max(most, end), Number.NEGATIVE_INFINITY);
    const many = `${times.length} ${times.length === 1 ? 'event' : 'events'}`;
    note(pointer, `${name}: ${many} from ${dateOf(first + 1)} to ${dateOf(last)}`);
  }
  return events;
}

function warnIfRunningOut(calendar: Calendar, pointer: string, now: number, warn: Report): void {
  if (calendar.yearly) return;
  const ends = calendarEnd(calendar);
  if (ends === undefined) warn(pointer, 'this calendar has no days');
  else if (ends < now) warn(pointer, `this calendar ended on ${dateOf(ends)}`);
  else if (ends - now < RUNNING_OUT) {
    warn(pointer, `this calendar ends on ${dateOf(ends)}, in less than six months`);
  }
}

/**
 * When the last day or event of a calendar ends, in milliseconds since the epoch, days and times
 * without a zone taken as UTC; undefined where it has none. Recurring events that were cut off
 * end where they were.
 */
export function calendarEnd(calendar: Calendar): number | undefined {
  const ends = [
    calendar.expandedUntil,
    (calendar.days.at(-1)?.[1] ?? Number.NaN) * DAY + DAY,
    calendar.spans?.at(-1)?.[1],
    (calendar.wall?.at(-1)?.[1] ?? Number.NaN) * MINUTE,
  ].filter((end) => end !== undefined && !Number.isNaN(end)) as number[];
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

function dateOf(at: number): string {
  return new Date(at - 1).toISOString().slice(0, 10);
}
