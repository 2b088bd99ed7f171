import { language } from './words.ts';
import { clock, wallAt } from './zone.ts';

/** A day before the month, in English too. */
const tag = (): string => (language.value === 'en' ? 'en-GB' : language.value);

/** `Sat 28 Nov, 17:30`; the year where it is another. */
export function shownTime(at: number, zone: string): string {
  const year = wallAt(at, zone).date.slice(0, 4) === wallAt(Date.now(), zone).date.slice(0, 4);
  return new Intl.DateTimeFormat(tag(), {
    ...{ timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    ...(!year && { year: 'numeric' }),
  }).format(at);
}

/** `17:30` where that is today, else with its day. */
export function shortTime(at: number, zone: string): string {
  const { date, minutes } = wallAt(at, zone);
  return date === wallAt(Date.now(), zone).date ? clock(minutes) : shownTime(at, zone);
}

/** `Sat 28 Nov` */
export const shownDay = (date: string): string =>
  new Intl.DateTimeFormat(tag(), {
    ...{ timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' },
  }).format(Date.parse(`${date}T00:00:00Z`));

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** `mon-fri` of a schedule, with the names that the language has for them. */
export const daysText = (days: string | undefined): string =>
  (days ?? '').replace(/[a-z]{3}/g, (name) => {
    const day = DAYS.indexOf(name);
    if (day < 0) return name;
    const format = new Intl.DateTimeFormat(tag(), { timeZone: 'UTC', weekday: 'short' });
    // The fourth of January 1970 was a Sunday.
    return format.format((3 + day) * 86_400_000);
  });
