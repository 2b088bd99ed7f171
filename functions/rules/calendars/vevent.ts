import { CalendarFault } from './calendar-fault.ts';
import { type Component, type Property, propertyOf, unescapeText } from './component.ts';
import {
  type Clock,
  type Duration,
  type IcalTime,
  instantOfTime,
  parseDuration,
  parseTime,
  wallAs,
} from './ical-time.ts';

/** How a place in a file is told: its line, and the event it is of. */
export type Note = (line: number, message: string) => void;

/** How long an event is: up to an end as on its calendar, or for so many seconds that pass. */
export type Length = Duration;

/** A VEVENT (RFC 5545 §3.6.1) whose start is understood. */
export interface VEvent {
  readonly component: Component;
  /** In quotes, for people. */
  readonly name: string;
  readonly summary: string;
  readonly uid: string | undefined;
  readonly sequence: number;
  readonly cancelled: boolean;
  readonly start: IcalTime;
  readonly length: Length;
  /** Which occurrence of its series this replaces. */
  readonly replaces?: IcalTime;
}

/** What the properties of an event are read with. */
export interface EventContext {
  /** The clock of a TZID; undefined where it is not known. */
  readonly clockOf: (tzid: string) => Clock | undefined;
  /** Whether the calendar takes its events back (METHOD:CANCEL, RFC 5546 §3.2.5). */
  readonly cancels: boolean;
  /** Told of what is left out. */
  readonly note: Note;
}

/** Days that an event may last: a century. */
const LONGEST = 36_525;

/** An event, or undefined where its start can't be read, which is told. */
export function readEvent(component: Component, context: EventContext): VEvent | undefined {
  const { note } = context;
  const uid = propertyOf(component, 'UID')?.value.trim();
  const summary = unescapeText(propertyOf(component, 'SUMMARY')?.value.trim() ?? '');
  const name = `'${(summary || uid || 'without a name').slice(0, 40)}'`;
  const dtstart = propertyOf(component, 'DTSTART');
  if (dtstart === undefined) {
    note(component.line, `event ${name} has no DTSTART`);
    return undefined;
  }
  const start = timeOf(dtstart, dtstart.value, context);
  if (typeof start === 'string') {
    note(dtstart.line, `event ${name} ${start}`);
    return undefined;
  }
  const length = lengthOf(component, name, start, context);
  if (length === undefined) return undefined;
  const id = propertyOf(component, 'RECURRENCE-ID');
  const replaces = id && timeOf(id, id.value, context, start.clock);
  if (typeof replaces === 'string') note(id?.line ?? 0, `event ${name} ${replaces}`);
  const status = propertyOf(component, 'STATUS')?.value.trim().toUpperCase();
  return {
    component,
    name,
    summary: summary || uid || 'event',
    uid: uid || undefined,
    sequence: Number.parseInt(propertyOf(component, 'SEQUENCE')?.value ?? '0', 10) || 0,
    cancelled: context.cancels || status === 'CANCELLED',
    start,
    length,
    ...(typeof replaces === 'object' && { replaces }),
  };
}

/**
 * A time of a property, or why it is none, to go after the event's name.
 *
 * @param fallback the clock of a time without zone
 */
export function timeOf(
  { params, name }: Property,
  value: string,
  { clockOf }: Pick<EventContext, 'clockOf'>,
  fallback?: Clock,
): IcalTime | string {
  const tzid = params.get('TZID');
  const clock = tzid === undefined ? fallback : clockOf(tzid);
  const time = parseTime(value, clock);
  if (time === undefined) return `has a ${name} that is no time: '${value.slice(0, 40)}'`;
  if (tzid !== undefined && clock === undefined && !time.isDate && !time.clock) {
    return `has the unknown time zone '${tzid.slice(0, 60)}'`;
  }
  // A date may be given as its midnight.
  return params.get('VALUE')?.toUpperCase() === 'DATE' ? dateOf(time) : time;
}

const dateOf = ({ wall }: IcalTime): IcalTime => ({
  wall: Math.floor(wall / 86_400) * 86_400,
  isDate: true,
});

/** Undefined where its end can't be read, which is told. */
function lengthOf(
  component: Component,
  name: string,
  start: IcalTime,
  context: EventContext,
): Length | undefined {
  const dtend = propertyOf(component, 'DTEND');
  const duration = propertyOf(component, 'DURATION');
  const { line } = dtend ?? duration ?? component;
  const length = dtend
    ? lengthUntil(start, timeOf(dtend, dtend.value, context, start.clock))
    : duration
      ? (parseDuration(duration.value) ?? 'has a DURATION that is none')
      : { days: start.isDate ? 1 : 0, seconds: 0 };
  if (typeof length === 'string') {
    context.note(line, `event ${name} ${length}`);
    return undefined;
  }
  if (!(length.days + length.seconds / 86_400 <= LONGEST) && !dtend) {
    throw new CalendarFault(`event ${name} in line ${line} lasts longer than a century`);
  }
  if (!start.isDate) {
    if (length.days * 86_400 + length.seconds <= 0) {
      context.note(line, `event ${name} has no length and does not count`);
    }
    return length;
  }
  // Some programs write DTEND equal to DTSTART for an event of one day.
  const days = length.days + Math.ceil(length.seconds / 86_400);
  return { days: Math.max(1, days), seconds: 0 };
}

/** From a start to an end: what passes between, of all-day events the days. */
export function lengthUntil(start: IcalTime, end: IcalTime | string): Length | string {
  if (typeof end === 'string') return end;
  if (start.isDate) {
    return { days: Math.round((wallAs(start, end) - start.wall) / 86_400), seconds: 0 };
  }
  if (!start.clock) return { days: 0, seconds: end.wall - start.wall };
  const ends = instantOfTime({ ...end, clock: end.clock ?? start.clock });
  return { days: 0, seconds: (ends - instantOfTime(start)) / 1000 };
}
