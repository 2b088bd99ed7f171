import { parseDate } from 'chrono-node';
import { InvalidArgumentError } from 'commander';

/**
 * An instant as people type it: RFC 3339, local time (`2026-12-01T17:30`), or in English words
 * (`yesterday 17:30`, `2 hours ago`). Local is this machine's zone, which is named in the output.
 *
 * @throws {InvalidArgumentError}
 */
export function readInstant(text: string, now = new Date()): number {
  const exact =
    /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;
  // A date alone is read by JavaScript as UTC, and meant as local.
  const written = exact.test(text.trim())
    ? new Date(text.trim().length === 10 ? `${text.trim()}T00:00` : text.trim())
    : parseDate(text, now);
  if (written && !Number.isNaN(written.getTime())) return written.getTime();
  throw new InvalidArgumentError(
    'Give a time, like 2026-12-01T17:30, 2026-12-01T16:30:00Z or "yesterday 17:30".',
  );
}

/** `Sat 2026-11-28 14:02:11 Europe/Berlin`; default: this machine's zone. */
export function shownInstant(
  instant: number,
  zone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  }).formatToParts(instant);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const date = `${of('weekday')} ${of('year')}-${of('month')}-${of('day')}`;
  return `${date} ${of('hour')}:${of('minute')}:${of('second')} ${zone}`;
}
