import { wallMinutes } from '../../decide/wall-clock.ts';
import { hint, quoted } from '../source/fault.ts';

const MINUTE = 60_000;
const DAY = 1440;

/** Why a text is no time zone of the IANA database that this runtime knows; undefined if it is. */
export function zoneFault(zone: string): string | undefined {
  return isZone(zone)
    ? undefined
    : `unknown time zone ${quoted(zone)}${hint(zone, ['UTC', ...Intl.supportedValuesOf('timeZone')])}`;
}

/** Answers by zone: a domain of many subscribers asks about the same few. */
const zones = new Map<string, boolean>();
const MOST_REMEMBERED = 1_000;

/** Whether this is a time zone that the runtime knows; offsets like `+01:00` are none. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  let known = zones.get(zone);
  if (known === undefined) {
    known = isKnownToIntl(zone);
    if (zones.size >= MOST_REMEMBERED) zones.clear();
    zones.set(zone, known);
  }
  return known;
}

function isKnownToIntl(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant of a wall-clock time, in milliseconds since the epoch. A time that comes twice is
 * the first of the two; one that is skipped is read with the offset before the gap (RFC 5545
 * §3.3.5).
 *
 * @param wall minutes since 1970-01-01T00:00 on the wall clock
 */
export function instantOf(wall: number, zone: string): number {
  return instantIn(wall, (at) => offsetOf(zone, at));
}

/** The same on a clock that is `offsetAt` an instant (milliseconds) minutes ahead of UTC. */
export function instantIn(wall: number, offsetAt: (at: number) => number): number {
  // A day to either side is beyond any change of the clocks that could matter.
  const earlier = (wall - offsetAt((wall - DAY) * MINUTE)) * MINUTE;
  const later = (wall - offsetAt((wall + DAY) * MINUTE)) * MINUTE;
  const valid = [earlier, later].filter((at) => at / MINUTE + offsetAt(at) === wall);
  return valid.length > 0 ? Math.min(...valid) : earlier;
}

/** Minutes that a zone is ahead of UTC at an instant. */
export function offsetOf(zone: string, at: number): number {
  return wallMinutes(at, zone) - Math.floor(at / MINUTE);
}

/** A calendar day as days since 1970-01-01; undefined where there is no such day. */
export function dayNumber(date: string): number | undefined {
  const at = Date.parse(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${date}T`);
  return exists ? at / (DAY * MINUTE) : undefined;
}

/**
 * The instant that `from` or `until` names: a date (its midnight), a local date and time, or one
 * with an offset; undefined where there is no such day or time.
 */
export function parseInstant(text: string, zone: string): number | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?$/.exec(
    text,
  );
  if (found === null) return undefined;
  const [, date = '', hour = '00', minute = '00', second = '00', offset] = found;
  const day = dayNumber(date);
  if (day === undefined || +hour > 23 || +minute > 59 || +second > 59) return undefined;
  if (offset !== undefined) {
    const at = Date.parse(`${date}T${hour}:${minute}:${second}${offset}`);
    return Number.isNaN(at) ? undefined : at;
  }
  return instantOf(day * DAY + +hour * 60 + +minute, zone) + +second * 1000;
}
