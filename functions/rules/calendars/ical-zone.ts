import { WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { CalendarFault, type Work } from './calendar-fault.ts';
import { type Component, propertyOf } from './component.ts';
import { type Clock, clockOf, parseTime } from './ical-time.ts';
import { occurrences, parseRule } from './recurrence.ts';
import { isZone, offsetOf } from './zone.ts';

const MINUTE = 60_000;

/** Characters of a TZID: display names have up to a hundred. */
const LONGEST_NAME = 250;

/** What a TZID may stand for in a file. */
export interface Zones {
  /** The VTIMEZONEs of the file. */
  readonly described: readonly Component[];
  /** Seconds since the epoch up to when clocks are needed. */
  readonly end: number;
  readonly work: Work;
}

/**
 * The clock of a TZID (RFC 5545 §3.2.19), or undefined where nobody knows it. A name of the IANA
 * database means its rules, whatever the file's VTIMEZONE says, since those get old; so do the
 * names that Windows has for zones (CLDR's table). Only what is neither is as the file describes
 * it.
 */
export function clockOfZone(tzid: string, zones: Zones): Clock | undefined {
  const name = tzid.trim();
  if (name.length > LONGEST_NAME) return undefined;
  const zone = ianaIn(name) ?? windowsZone(name);
  if (zone !== undefined) return ianaClock(zone);
  const described = zones.described.find(
    (component) => propertyOf(component, 'TZID')?.value.trim() === name,
  );
  if (described) {
    const { value: location = '' } = propertyOf(described, 'X-LIC-LOCATION') ?? {};
    return isZone(location.trim()) ? ianaClock(location.trim()) : describedClock(described, zones);
  }
  const meant = displayedZone(name);
  return meant === undefined ? offsetClock(name) : ianaClock(meant);
}

const ianaClock = (zone: string): Clock => clockOf((at) => offsetOf(zone, at));

/** `Europe/Berlin`, or a globally unique name that ends in one: `/example.org/2024/Europe/Berlin`. */
function ianaIn(name: string): string | undefined {
  if (isZone(name)) return name;
  if (!name.includes('/')) return undefined;
  const parts = name.split('/').filter((part) => part !== '');
  for (let from = Math.max(0, parts.length - 3); from < parts.length; from++) {
    const zone = parts.slice(from).join('/');
    // A last part alone, UTC apart, may be anybody's: `/Custom/EST`.
    const isUtc = zone.toUpperCase() === 'UTC';
    const alone = from === parts.length - 1 && parts.length > 1 && !isUtc;
    if (!alone && isZone(zone)) return zone;
  }
  return undefined;
}

/** CLDR's table for the whole world, by names in lower case. */
const WINDOWS = new Map(
  WINDOWS_TO_IANA_MAP.filter(({ territory }) => territory === '001').map(
    ({ windowsName, iana }) => [windowsName.toLowerCase(), iana],
  ),
);

function windowsZone(name: string): string | undefined {
  return WINDOWS.get(name.toLowerCase())?.find(isZone);
}

/** The clock of `UTC+01:00`, `GMT+0100` and `+01:00`. With hours only the sign may mean either side. */
function offsetClock(name: string): Clock | undefined {
  const offset = parseOffset(name.replace(/^(?:UTC|GMT)/i, ''));
  return offset === undefined ? undefined : clockOf(() => offset);
}

/**
 * The zone that a display name shows to people: `(UTC+01:00) Amsterdam, Berlin, Rome` by a city
 * that the IANA database has with this offset, `(UTC-05:00) Eastern Time (US & Canada)` by the
 * name of Windows that it abridges.
 */
function displayedZone(name: string): string | undefined {
  const [, sign, hours, minutes = '00', text] =
    /^\((?:UTC|GMT)(?:([+-])(\d{1,2})[:.](\d{2}))?\)\s*(.*)$/.exec(name) ?? [];
  const words = text ?? name;
  const windows = windowsZone(words.replace(/ Time\b.*$/, ' Standard Time'));
  if (windows !== undefined) return windows;
  if (text === undefined) return undefined;
  if (/^Coordinated Universal Time/.test(text)) return 'UTC';
  const offset = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes));
  const cities = text.split(/[,/]/).map((city) => city.trim().replaceAll(' ', '_'));
  for (const city of cities) {
    const zone = Intl.supportedValuesOf('timeZone').find(
      (zone) => zone.endsWith(`/${city}`) && standardOffset(zone) === offset,
    );
    if (zone !== undefined) return zone;
  }
  return undefined;
}

/** Minutes ahead of UTC without daylight saving, which is the lesser of January and July. */
function standardOffset(zone: string): number {
  return Math.min(...[0, 6].map((month) => offsetOf(zone, Date.UTC(2024, month, 15))));
}

/** A change of the clocks: from an instant (milliseconds) on, so many minutes ahead of UTC. */
interface Change {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** The clock that a VTIMEZONE describes (§3.6.5); undefined where it describes none. */
function describedClock(component: Component, { end, work }: Zones): Clock | undefined {
  const changes: Change[] = [];
  for (const observance of component.components) {
    const before = parseOffset(propertyOf(observance, 'TZOFFSETFROM')?.value);
    const after = parseOffset(propertyOf(observance, 'TZOFFSETTO')?.value);
    const start = parseTime(propertyOf(observance, 'DTSTART')?.value ?? '', undefined)?.wall;
    if (before === undefined || after === undefined || start === undefined) continue;
    const walls = new Set([start]);
    for (const { name, value } of observance.properties) {
      if (name === 'RDATE') {
        for (const one of value.split(',')) {
          const time = parseTime(one, undefined);
          if (time) walls.add(time.wall);
        }
      }
      if (name !== 'RRULE' || value.trim() === '') continue;
      const rule = parseRule(value);
      if (typeof rule === 'string') {
        throw new CalendarFault(`has a VTIMEZONE in line ${component.line} whose rule has ${rule}`);
      }
      // UNTIL of an observance is in UTC, or else as its DTSTART is (§3.6.5).
      const until = rule.until === undefined ? undefined : parseTime(rule.until, undefined);
      const last = until && until.wall + (until.clock ? before * 60 : 0);
      const spend = (steps: number): void =>
        work.spend(steps, () => `has a VTIMEZONE in line ${component.line} of too many changes`);
      const search = { rule, start, allDay: false, from: start, end, spend };
      for (const wall of occurrences({ ...search, ...(last !== undefined && { until: last }) })) {
        walls.add(wall);
      }
    }
    for (const wall of walls) changes.push({ at: wall * 1000 - before * MINUTE, before, after });
  }
  if (changes.length === 0) return undefined;
  changes.sort((a, b) => a.at - b.at);
  return clockOf((at) => {
    let low = 0;
    for (let high = changes.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((changes[middle] as Change).at <= at) low = middle + 1;
      else high = middle;
    }
    return low > 0 ? (changes[low - 1] as Change).after : (changes[0] as Change).before;
  });
}

/** A UTC-OFFSET (§3.3.14) in minutes. */
function parseOffset(value: string | undefined): number | undefined {
  const [, sign, hours, minutes] =
    /^([+-])(\d{2}):?(\d{2})(?:\d{2})?$/.exec(value?.trim() ?? '') ?? [];
  if (sign === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
