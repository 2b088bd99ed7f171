/**
 * The wall clock of a zone at an instant. The zone's rules come from the ICU data of the runtime
 * (`Intl`), which is a fixed table: the same instant and zone always give the same answer.
 */

const MINUTE = 60_000;
/** Offsets change only on quarter hours of UTC in every zone since 1972. */
const QUARTER = 15 * MINUTE;
const MOST_REMEMBERED = 500;

const formats = new Map<string, Intl.DateTimeFormat>();
/** Offsets in minutes, by zone and quarter hour: a burst of calls asks about the same few. */
const offsets = new Map<string, { quarter: number; offset: number }>();

/** Minutes since 1970-01-01T00:00 on the wall clock of an IANA zone; may be negative. */
export function wallMinutes(at: number, zone: string): number {
  return Math.floor(at / MINUTE) + offsetAt(at, zone);
}

/** Minutes that the zone is ahead of UTC at this instant, e.g. 60 or -210. */
function offsetAt(at: number, zone: string): number {
  const quarter = Math.floor(at / QUARTER);
  const known = offsets.get(zone);
  if (known?.quarter === quarter) return known.offset;
  const offset = computeOffset(quarter * QUARTER, zone);
  if (offsets.size >= MOST_REMEMBERED) offsets.clear();
  offsets.set(zone, { quarter, offset });
  return offset;
}

function computeOffset(at: number, zone: string): number {
  const part = new Map<string, number>();
  for (const { type, value } of formatOf(zone).formatToParts(at)) part.set(type, Number(value));
  const wall = Date.UTC(
    part.get('year') ?? 1970,
    (part.get('month') ?? 1) - 1,
    part.get('day') ?? 1,
    part.get('hour') ?? 0,
    part.get('minute') ?? 0,
  );
  return Math.round((wall - at) / MINUTE);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    if (formats.size >= MOST_REMEMBERED) formats.clear();
    formats.set(zone, format);
  }
  return format;
}
