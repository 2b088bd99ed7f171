import ICAL from 'ical.js';
import type { Range } from './ranges.ts';
import { instantOf, isZone } from './zone.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** What happens in an iCalendar file (RFC 5545), in the kinds of time that `Calendar` has. */
export interface Events {
  readonly days: Range[];
  readonly spans: Range[];
  readonly wall: Range[];
  /** Whether events recur beyond the horizon. */
  readonly cut: boolean;
}

/** More occurrences than this are no calendar of holidays and opening hours. */
const MOST_OCCURRENCES = 20_000;
/** Times that a recurrence rule may look at, those before the window included: daily for a century. */
const MOST_STEPS = 40_000;

/** What makes a file unusable. */
class CalendarFault extends Error {}

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
export function expandCalendar(
  text: string,
  now: number,
  report: (message: string) => void,
): Events {
  try {
    return expand(text, now, report);
  } catch (error) {
    const message = (error as Error).message.split('\n', 1)[0] ?? '';
    // Whatever else is thrown comes from the library, on what it does not understand.
    report(error instanceof CalendarFault ? message : `is no valid iCalendar file: ${message}`);
    return { days: [], spans: [], wall: [], cut: false };
  }
}

function expand(text: string, now: number, report: (message: string) => void): Events {
  const events: Events = { days: [], spans: [], wall: [], cut: false };
  let cut = false;
  const parsed: unknown[] = ICAL.parse(text);
  // One VCALENDAR is ['vcalendar', …]; several are a list of those.
  if (parsed.length === 0) throw new CalendarFault('is no iCalendar file');
  for (const root of typeof parsed[0] === 'string' ? [parsed] : parsed) {
    const calendar = new ICAL.Component(root as unknown[]);
    if (calendar.name !== 'vcalendar') throw new CalendarFault('is no iCalendar file');
    const components = calendar.getAllSubcomponents('vevent');
    const masters = new Set(
      components.filter((c) => !c.hasProperty('recurrence-id')).map((c) => uidOf(c)),
    );
    for (const component of components) {
      // An exception is reached through the event that it belongs to, where there is one.
      if (component.hasProperty('recurrence-id') && masters.has(uidOf(component))) continue;
      if (!component.hasProperty('dtstart')) {
        report(`event ${nameOf(component)} has no DTSTART`);
        continue;
      }
      cut = expandEvent(component, calendar, now, events, report) || cut;
      if (events.days.length + events.spans.length + events.wall.length > MOST_OCCURRENCES) {
        throw new CalendarFault(`has more than ${MOST_OCCURRENCES} events up to five years ahead`);
      }
    }
  }
  return { ...events, cut };
}

/** Adds an event's occurrences; whether there are more beyond the horizon. */
function expandEvent(
  component: ICAL.Component,
  calendar: ICAL.Component,
  now: number,
  events: Events,
  report: (message: string) => void,
): boolean {
  const event = new ICAL.Event(component);
  if (!event.isRecurring()) {
    addOccurrence(event.startDate, event.endDate, event, calendar, now, events, report);
    return false;
  }
  limitSteps(component);
  const horizon = horizonAfter(now);
  const iterator = event.iterator();
  for (let next = iterator.next(); next; next = iterator.next()) {
    if (Date.UTC(next.year, next.month - 1, next.day) >= horizon) return true;
    const { startDate, endDate, item } = event.getOccurrenceDetails(next);
    if (!addOccurrence(startDate, endDate, item, calendar, now, events, report)) return false;
  }
  return false;
}

/**
 * Ends the library's search for the next time of a rule, which it would go on with for ever where
 * no day is left by the rule's parts (the 30th of February, every second).
 */
function limitSteps(component: ICAL.Component): void {
  let steps = 0;
  for (const property of component.getAllProperties('rrule')) {
    const rule = property.getFirstValue() as ICAL.Recur;
    rule.iterator = (start) => {
      const iterator = new ICAL.RecurIterator({ rule, dtstart: start });
      const check = iterator.check_contracting_rules.bind(iterator);
      iterator.check_contracting_rules = () => {
        steps++;
        if (steps > MOST_STEPS) {
          throw new CalendarFault(`event ${nameOf(component)} recurs too often, or never`);
        }
        return check();
      };
      return iterator;
    };
  }
}

/** False where the event can't be understood, which has been reported. */
function addOccurrence(
  start: ICAL.Time,
  end: ICAL.Time,
  event: ICAL.Event,
  calendar: ICAL.Component,
  now: number,
  events: Events,
  report: (message: string) => void,
): boolean {
  const { component } = event;
  if (component.getFirstPropertyValue('status') === 'CANCELLED') return true;
  if (wallOf(end) * MINUTE < windowStart(now)) return true;
  if (start.isDate) {
    const first = (wallOf(start) * MINUTE) / DAY;
    const last = (wallOf(end) * MINUTE) / DAY - 1;
    // Some programs write DTEND equal to DTSTART for an event of one day.
    events.days.push([first, Math.max(first, last)]);
    return true;
  }
  if (start.zone === ICAL.Timezone.utcTimezone) {
    push(events.spans, start.toUnixTime() * 1000, end.toUnixTime() * 1000);
    return true;
  }
  const tzid = component.getFirstProperty('dtstart')?.getFirstParameter('tzid');
  if (!tzid) {
    push(events.wall, wallOf(start), wallOf(end));
  } else if (calendar.getTimeZoneByID(tzid)) {
    push(events.spans, start.toUnixTime() * 1000, end.toUnixTime() * 1000);
  } else if (isZone(tzid)) {
    push(events.spans, instantOf(wallOf(start), tzid), instantOf(wallOf(end), tzid));
  } else {
    report(`event ${nameOf(component)} has the unknown time zone '${tzid}'`);
    return false;
  }
  return true;
}

function push(ranges: Range[], first: number, end: number): void {
  if (end > first) ranges.push([first, end]);
}

/** Minutes since 1970-01-01T00:00 on the wall clock that the time is written for. */
function wallOf({ year, month, day, hour, minute }: ICAL.Time): number {
  return Date.UTC(year, month - 1, day, hour, minute) / MINUTE;
}

function uidOf(component: ICAL.Component): unknown {
  return component.getFirstPropertyValue('uid');
}

function nameOf(component: ICAL.Component): string {
  const name = component.getFirstPropertyValue('summary') ?? uidOf(component) ?? 'without a name';
  return `'${String(name).slice(0, 40)}'`;
}
