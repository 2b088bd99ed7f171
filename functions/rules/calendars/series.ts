import { CalendarFault, type Work } from './calendar-fault.ts';
import type { Property } from './component.ts';
import {
  type IcalTime,
  instantOfTime,
  parseDuration,
  parseTime,
  UTC,
  wallAs,
} from './ical-time.ts';
import { occurrences, parseRule, type RecurrenceRule } from './recurrence.ts';
import { type EventContext, type Length, lengthUntil, timeOf, type VEvent } from './vevent.ts';

/** When an event happens once. */
export interface Occurrence {
  readonly kind: 'days' | 'spans' | 'wall';
  /** Days since 1970-01-01, milliseconds since the epoch, or minutes of the wall clock. */
  readonly first: number;
  /** The same, excluded. */
  readonly end: number;
  /** The event's. */
  readonly name: string;
}

export interface SeriesContext extends EventContext {
  /** Milliseconds since the epoch: what ends before its start is over, rules end at its end. */
  readonly window: { readonly start: number; readonly end: number };
  readonly work: Work;
  /** Told where the event recurs beyond the window. */
  readonly cut: () => void;
}

/** More occurrences than this, of those that are kept, are no calendar of holidays and hours. */
export const MOST_OCCURRENCES = 20_000;

export const tooMany = (): CalendarFault =>
  new CalendarFault(`has more than ${MOST_OCCURRENCES} events up to five years ahead`);

const DAY = 86_400;

/**
 * The occurrences of an event: of its rules and RDATEs, without those that an EXDATE or an event of
 * its own (`exceptions`, by RECURRENCE-ID) takes away. All of these are brought to the kind and the
 * clock of DTSTART before they are compared.
 */
export function* seriesOccurrences(
  event: VEvent,
  exceptions: readonly VEvent[],
  context: SeriesContext,
): Generator<Occurrence> {
  if (event.cancelled) return;
  const { component, start, name } = event;
  const tell = (line: number, message: string): void =>
    context.note(line, `event ${name}: ${message}`);
  const own = (key: string): readonly Property[] =>
    component.properties.filter((p) => p.name === key && p.value.trim() !== '');
  for (const { line, params } of own('RECURRENCE-ID')) {
    if (params.has('RANGE')) tell(line, 'RANGE is not supported: only this occurrence is moved');
  }
  for (const { line } of own('EXRULE')) tell(line, 'EXRULE is not supported');

  const starts = new Map<number, Length>();
  const rules = event.replaces ? [] : own('RRULE').flatMap((property) => ruleOf(property, tell));
  const added = event.replaces ? [] : own('RDATE');
  if (rules.length === 0 || added.length > 0) starts.set(start.wall, event.length);
  for (const rule of rules) {
    for (const wall of ruleStarts(event, rule, context)) starts.set(wall, event.length);
  }
  if (!starts.has(start.wall) && isKept(event, start.wall, context)) {
    tell(component.line, 'its DTSTART is none of the times of its rule and does not count');
  }
  for (const property of added) {
    for (const [wall, length] of datesOf(property, event, context, tell)) starts.set(wall, length);
  }

  const gone = new Set<number>();
  for (const property of own('EXDATE')) {
    for (const [wall] of datesOf(property, event, context, tell)) {
      if (starts.delete(wall)) gone.add(wall);
      else if (!gone.has(wall) && isKept(event, wall, context)) {
        tell(property.line, 'an EXDATE is none of its occurrences');
      }
    }
  }
  for (const { replaces, component } of exceptions) {
    if (!replaces) continue;
    const wall = wallAs(start, replaces);
    if (starts.delete(wall)) gone.add(wall);
    else if (!gone.has(wall) && isKept(event, wall, context)) {
      tell(component.line, 'a RECURRENCE-ID is none of its occurrences');
    }
  }
  for (const [wall, length] of starts) {
    const occurrence = occurrenceOf(event, wall, length);
    if (occurrence && endOf(occurrence) > context.window.start) yield occurrence;
  }
}

type Tell = (line: number, message: string) => void;

/** None where there is nothing to recur, which is told unless the rule is empty. */
function ruleOf({ value, line }: Property, tell: Tell): RecurrenceRule[] {
  const rule = parseRule(value);
  if (typeof rule === 'string') {
    if (/INTERVAL/.test(rule)) throw new CalendarFault(`has a rule in line ${line} with ${rule}`);
    tell(line, `its RRULE has ${rule}; it counts once`);
    return [];
  }
  if (rule.count !== undefined && rule.count < 1) {
    tell(line, `its RRULE has COUNT=${rule.count}; it counts once`);
    return [];
  }
  return [rule];
}

/** The starts that a rule gives and that are to be kept. */
function* ruleStarts(
  event: VEvent,
  rule: RecurrenceRule,
  { window, work, cut, note }: SeriesContext,
): Generator<number> {
  const { start, name, component } = event;
  const until = rule.until === undefined ? undefined : untilOf(rule.until, start);
  if (rule.until !== undefined && until === undefined) {
    note(component.line, `event ${name}: its UNTIL is no time and does not count`);
  }
  const often = (): string => `event ${name} in line ${component.line} recurs too often, or never`;
  const from = earliest(event, window.start);
  const end = window.end / 1000;
  let found = 0;
  const search = { rule, start: start.wall, allDay: start.isDate, from, end };
  const bound = until !== undefined && { until };
  for (const wall of occurrences({
    ...search,
    ...bound,
    spend: (steps) => work.spend(steps, often),
  })) {
    found++;
    if (found > MOST_OCCURRENCES) throw tooMany();
    yield wall;
  }
  const endless = rule.count === undefined && (until === undefined || until >= end);
  if (endless) cut();
  if (endless && found === 0 && start.wall >= from && start.wall < end) {
    throw new CalendarFault(often());
  }
}

/** The last second that UNTIL lets pass, on the clock of the start: a day is let pass whole. */
function untilOf(value: string, start: IcalTime): number | undefined {
  const time = parseTime(value, start.clock);
  if (time === undefined) return undefined;
  return time.isDate && !start.isDate ? time.wall + DAY - 1 : wallAs(start, time);
}

/** The starts that an RDATE or EXDATE names, with the lengths of those that have their own. */
function* datesOf(
  property: Property,
  event: VEvent,
  context: SeriesContext,
  tell: Tell,
): Generator<readonly [wall: number, length: Length]> {
  const { start } = event;
  for (const value of property.value.split(',')) {
    const [first = '', second] = value.split('/', 2);
    const time = timeOf(property, first, context, start.clock);
    if (typeof time === 'string') {
      tell(property.line, time);
      continue;
    }
    const ends = second === undefined ? undefined : parseDuration(second);
    const length =
      second === undefined
        ? event.length
        : (ends ?? lengthUntil(time, timeOf(property, second, context, start.clock)));
    if (typeof length === 'string') tell(property.line, length);
    else yield [wallAs(start, time), length];
  }
}

/** From when on starts count, seconds on the event's clock: a day more than its length before. */
function earliest({ length }: VEvent, windowStart: number): number {
  return windowStart / 1000 - (length.days + 1) * DAY - Math.max(0, length.seconds);
}

function isKept(event: VEvent, wall: number, { window }: SeriesContext): boolean {
  return wall >= earliest(event, window.start) && wall < window.end / 1000;
}

/** Undefined where it has no length. */
function occurrenceOf({ start, summary: name }: VEvent, wall: number, length: Length) {
  const nominal = wall + length.days * DAY;
  let kind: Occurrence['kind'];
  let first: number;
  let end: number;
  if (start.isDate) {
    [kind, first, end] = ['days', wall / DAY, Math.max(wall + DAY, nominal) / DAY];
  } else if (!start.clock) {
    const minutes = (seconds: number): number => Math.floor(seconds / 60);
    [kind, first, end] = ['wall', minutes(wall), minutes(nominal + length.seconds)];
  } else {
    const { clock } = start;
    kind = 'spans';
    first = instantOfTime({ wall, isDate: false, clock });
    end = instantOfTime({ wall: nominal, isDate: false, clock }) + length.seconds * 1000;
  }
  return end > first ? { kind, first, end, name } : undefined;
}

/** When it is over, in milliseconds; days and times without zone as UTC. */
function endOf({ kind, end }: Occurrence): number {
  return kind === 'days' ? UTC.instantOf(end * DAY) : kind === 'wall' ? end * 60_000 : end;
}
