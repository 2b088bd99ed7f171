import { CalendarFault, Work } from './calendar-fault.ts';
import { type Component, parseComponents, propertyOf } from './component.ts';
import type { Clock } from './ical-time.ts';
import { clockOfZone } from './ical-zone.ts';
import type { Range } from './ranges.ts';
import { MOST_OCCURRENCES, type Occurrence, seriesOccurrences, tooMany } from './series.ts';
import { type EventContext, readEvent, type VEvent } from './vevent.ts';

/** What happens in an iCalendar file (RFC 5545), in the kinds of time that `Calendar` has. */
export interface Events {
  readonly days: Range[];
  readonly spans: Range[];
  readonly wall: Range[];
  /** Whether events recur beyond the horizon. */
  readonly cut: boolean;
}

export interface Reports {
  /** What makes the file unusable. */
  readonly fault: (message: string) => void;
  /** What is left out of it, with its line. */
  readonly leftOut: (line: number, message: string) => void;
}

/** Days, or shorter periods of a rule, that reading a file may look at. */
const MOST_STEPS = 1_000_000;
/** What finding out about a zone costs of them: it is looked for in all that there are. */
const STEPS_OF_A_ZONE = 2_000;

/**
 * Up to when recurring events are expanded: at least five years. It moves once a year only, so
 * that compiling the same document again gives the same rules.
 */
export function horizonAfter(now: number): number {
  return Date.UTC(new Date(now).getUTCFullYear() + 6, 0, 1);
}

/** From when on: what is over is kept for a while, because explain may ask about it. */
function windowStart(now: number): number {
  return Date.UTC(new Date(now).getUTCFullYear() - 1, 0, 1);
}

/**
 * The events of an .ics file: all-day ones as days, timed ones as instants, timed ones without a
 * zone as wall-clock times. Recurrences with their exceptions (EXDATE, RECURRENCE-ID) and
 * additions (RDATE) are expanded; cancelled events and those without length do not count.
 *
 * @param now milliseconds since the epoch
 */
export function expandCalendar(text: string, now: number, reports: Reports): Events {
  const events: Events = { days: [], spans: [], wall: [], cut: false };
  try {
    let cut = false;
    let kept = 0;
    for (const { kind, first, end } of happenings(text, now, reports, () => {
      cut = true;
    })) {
      events[kind].push([first, kind === 'days' ? end - 1 : end]);
      kept++;
      if (kept > MOST_OCCURRENCES) throw tooMany();
    }
    return { ...events, cut };
  } catch (error) {
    if (!(error instanceof CalendarFault)) throw error;
    reports.fault(error.message);
    return { days: [], spans: [], wall: [], cut: false };
  }
}

/**
 * The names of the events that hold at a moment, for explain.
 *
 * @param at milliseconds since the epoch
 * @param wall minutes since 1970-01-01T00:00 on the wall clock where it is asked
 * @param day the day whose events count, which is the one before where hours run over midnight
 */
export function eventsAt(text: string, at: number, wall: number, day: number): string[] {
  const value = { days: day, spans: at, wall };
  const names = new Set<string>();
  try {
    for (const { kind, first, end, name } of happenings(text, at, SILENT, () => {})) {
      if (first <= value[kind] && value[kind] < end) names.add(name);
    }
  } catch (error) {
    if (!(error instanceof CalendarFault)) throw error;
  }
  return [...names];
}

const SILENT: Reports = { fault: () => {}, leftOut: () => {} };

function* happenings(
  text: string,
  now: number,
  { leftOut }: Reports,
  cut: () => void,
): Generator<Occurrence> {
  const roots = parseComponents(text, leftOut);
  if (roots.length === 0 || roots.some(({ name }) => name !== 'VCALENDAR')) {
    throw new CalendarFault('is no iCalendar file');
  }
  const window = { start: windowStart(now), end: horizonAfter(now) };
  const work = new Work(MOST_STEPS);
  const read: { readonly event: VEvent; readonly context: EventContext }[] = [];
  let unread: string | undefined;
  for (const calendar of roots) {
    const context: EventContext = {
      clockOf: clocksOf(calendar, window.end / 1000, work),
      cancels: propertyOf(calendar, 'METHOD')?.value.trim().toUpperCase() === 'CANCEL',
      note: leftOut,
    };
    for (const component of calendar.components) {
      if (component.name !== 'VEVENT') continue;
      const note = (line: number, message: string): void => {
        unread ??= `${message}, in line ${line}`;
        leftOut(line, message);
      };
      const event = readEvent(component, { ...context, note });
      if (event) read.push({ event, context });
    }
  }
  if (read.length === 0 && unread !== undefined) throw new CalendarFault(unread);
  const current = latest(read.map(({ event }) => event));
  const replacing = new Map<string, VEvent[]>();
  for (const event of current) {
    if (event.uid === undefined || !event.replaces) continue;
    if (!replacing.get(event.uid)?.push(event)) replacing.set(event.uid, [event]);
  }
  for (const { event, context } of read) {
    if (!current.has(event)) continue;
    const { uid, replaces } = event;
    const exceptions = replaces || uid === undefined ? [] : (replacing.get(uid) ?? []);
    yield* seriesOccurrences(event, exceptions, { ...context, window, work, cut });
  }
}

/** The clocks of a calendar's TZIDs, each found once. */
function clocksOf(calendar: Component, end: number, work: Work): EventContext['clockOf'] {
  const described = calendar.components.filter(({ name }) => name === 'VTIMEZONE');
  const known = new Map<string, Clock | undefined>();
  return (tzid) => {
    if (!known.has(tzid)) {
      work.spend(STEPS_OF_A_ZONE, () => 'has too many time zones');
      known.set(tzid, clockOfZone(tzid, { described, end, work }));
    }
    return known.get(tzid);
  };
}

/** Without those that a later SEQUENCE of the same event, or of the same occurrence, replaces. */
function latest(events: readonly VEvent[]): ReadonlySet<VEvent> {
  const keyOf = ({ uid, replaces }: VEvent): string | undefined =>
    uid === undefined ? undefined : `${replaces?.wall ?? ''} ${uid}`;
  const highest = new Map<string, number>();
  for (const event of events) {
    const key = keyOf(event);
    if (key === undefined) continue;
    highest.set(key, Math.max(highest.get(key) ?? 0, event.sequence));
  }
  const takenBack = new Set(
    events.filter((e) => e.cancelled && e.sequence === highest.get(keyOf(e) ?? '')).map(keyOf),
  );
  return new Set(
    events.filter((event) => {
      const key = keyOf(event);
      if (key === undefined) return true;
      return event.sequence === highest.get(key) && (event.cancelled || !takenBack.has(key));
    }),
  );
}
