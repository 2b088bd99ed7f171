import { type ParsedResult, parse } from 'chrono-node';
import { InvalidArgumentError } from 'commander';

/** `past`: what has been, so a weekday is the last one; `future`: what comes, so a time is the next. */
export type Direction = 'past' | 'future' | 'any';

const WRITTEN =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i;
const AGO = /^(in )?\s*(\d{1,4})\s*(m|min|minutes?|h|hours?|d|days?)( ago)?$/i;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 };
const HOW = '2026-12-01T16:30:00Z, "2026-12-01 17:30", 17:30, "yesterday 17:30" or "2h ago"';

/**
 * An instant as people type it: RFC 3339, local time (`2026-12-01 17:30`), or in English words
 * (`yesterday 17:30`, `monday 8:00`, `2h ago`). Local is this machine's zone, which is named in the
 * output. What can be read in two ways, or is no time at all, is refused.
 *
 * @throws {InvalidArgumentError}
 */
export function readInstant(text: string, direction: Direction = 'any', now = new Date()): number {
  const typed = text.trim();
  const instant = lapse(typed, now) ?? written(typed) ?? inWords(typed, direction, now);
  if (direction === 'past' && instant > now.getTime()) {
    throw new InvalidArgumentError(`That is yet to come: write a time before now, like ${HOW}.`);
  }
  return instant;
}

/** `2h ago`, `in 30m`. */
function lapse(text: string, now: Date): number | undefined {
  const [, ahead, number, unit, ago] = AGO.exec(text) ?? [];
  if (unit === undefined || (ahead === undefined) === (ago === undefined)) return undefined;
  const ms = Number(number) * UNIT_MS[unit[0]?.toLowerCase() as keyof typeof UNIT_MS];
  return now.getTime() + (ahead ? ms : -ms);
}

/** RFC 3339, or the same without an offset; a date alone is its midnight. */
function written(text: string): number | undefined {
  const found = WRITTEN.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  // That of UTC has no gaps: what it does not give back is no date or no time of day.
  const civil = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const same = civil.getUTCDate() === day && civil.getUTCMonth() === month - 1;
  if (!same || hour > 23 || minute > 59 || second > 59) throw unclear();
  const offset = found[7];
  if (offset === undefined) return local(year, month, day, hour, minute, second);
  const instant = Date.parse(
    text
      .toUpperCase()
      .replace(' ', 'T')
      .replace(/T(\d:)/, 'T0$1'),
  );
  if (Number.isNaN(instant)) throw unclear();
  return instant;
}

function inWords(text: string, direction: Direction, now: Date): number {
  const [found, ...others] = parse(text, now, { forwardDate: direction === 'future' });
  if (!found || others.length > 0 || found.end || found.text !== text) throw unclear();
  const { start } = found;
  if (start.isCertain('timezoneOffset')) return start.date().getTime();
  // `03/04` is a day of April or of March; `may`, and a day alone, no time.
  if (/\d[/.]\d/.test(text) || !start.isCertain('hour')) throw unclear();
  if (start.isCertain('month') && !start.isCertain('day')) throw unclear();
  const get = (part: Parameters<ParsedResult['start']['get']>[0]): number => start.get(part) ?? 0;
  const at = (days: number): number => {
    const day = new Date(Date.UTC(get('year'), get('month') - 1, get('day') + days));
    const date = [day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()] as const;
    return local(...date, get('hour'), get('minute'), get('second'));
  };
  const weekday = start.isCertain('weekday') && !start.isCertain('day');
  return weekday && direction === 'past' && at(0) > now.getTime() ? at(-7) : at(0);
}

/** The one instant at which this machine's clocks show it. */
function local(
  ...[year, month, day, hour, minute, second]: readonly [
    ...[number, number, number, number, number, number],
  ]
): number {
  const instant = new Date(year, month - 1, day, hour, minute, second).getTime();
  const wall = wallOf(instant);
  if (wall !== Date.UTC(year, month - 1, day, hour, minute, second)) {
    throw new InvalidArgumentError(
      `Clocks are put forward over that time in ${zoneHere()}: there is none. ${withOffset(instant)}`,
    );
  }
  // Clocks go back by an hour; on Lord Howe Island by half of one.
  for (const twin of [-60, -30, 30, 60].map((minutes) => instant + minutes * 60_000)) {
    if (wallOf(twin) !== wall) continue;
    throw new InvalidArgumentError(
      `Clocks are put back over that time in ${zoneHere()}: there are two. ${withOffset(instant)}`,
    );
  }
  return instant;
}

/** What the clocks of this machine show, as if it were UTC. */
const wallOf = (instant: number): number =>
  instant - new Date(instant).getTimezoneOffset() * 60_000;

const withOffset = (instant: number): string =>
  `Write it with its offset, like ${new Date(instant).toISOString().replace('.000', '')}.`;

const unclear = (): InvalidArgumentError => new InvalidArgumentError(`Give a time, like ${HOW}.`);

const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `Sat 2026-11-28 14:02:11 Europe/Berlin`; default: this machine's zone. */
export function shownInstant(instant: number, zone = zoneHere()): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  }).formatToParts(instant);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const date = `${of('weekday')} ${of('year')}-${of('month')}-${of('day')}`;
  return `${date} ${of('hour')}:${of('minute')}:${of('second')} ${zone}`;
}
