/** A day and a time as clocks of a zone show them. */
export interface Wall {
  /** `2026-11-28` */
  readonly date: string;
  /** Of the day. */
  readonly minutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsIn(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit' },
    });
    formats.set(zone, format);
  }
  return format;
}

export function wallAt(at: number, zone: string): Wall {
  const parts: Record<string, string> = {};
  for (const { type, value } of partsIn(zone).formatToParts(at)) parts[type] = value;
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    minutes: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

/** The instant at which the clocks of a zone show this; where they skip it, the one after. */
export function instantOf({ date, minutes }: Wall, zone: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000;
  let at = wanted;
  for (let i = 0; i < 2; i++) {
    const shown = wallAt(at, zone);
    at += wanted - (Date.parse(`${shown.date}T00:00:00Z`) + shown.minutes * 60_000);
  }
  return at;
}

export const dayAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** `17:30` */
export const clock = (minutes: number): string =>
  `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;

/** `2026-11-28T17:30`, as date fields and phone settings have it. */
export const written = ({ date, minutes }: Wall): string => `${date}T${clock(minutes)}`;

export function readWall(text: string): Wall | undefined {
  const [, date, hours, minutes] = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)/.exec(text) ?? [];
  if (date === undefined) return undefined;
  return { date, minutes: Number(hours) * 60 + Number(minutes) };
}

/** The parts of a time span that lie in each of the days from `first`. */
export function byDay(
  from: number,
  to: number,
  zone: string,
): readonly { readonly date: string; readonly start: number; readonly end: number }[] {
  const parts = [];
  let at = from;
  while (at < to && parts.length < 400) {
    const { date, minutes } = wallAt(at, zone);
    const midnight = instantOf({ date: dayAfter(date, 1), minutes: 0 }, zone);
    const end = to < midnight ? wallAt(to, zone).minutes : 1440;
    parts.push({ date, start: minutes, end });
    at = midnight;
  }
  return parts;
}
