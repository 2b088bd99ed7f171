import { type CivilDay, dayOf, daysInMonth } from './civil.ts';
import type { Yearly } from './model.ts';

/** Whether a day that comes back every year is this one. */
export function isYearly(entry: Yearly, day: number, parts: CivilDay): boolean {
  if ('easter' in entry) return day === easterOf(parts.year) + entry.easter;
  if ('nth' in entry) {
    if (entry.month !== parts.month || entry.weekday !== parts.weekday) return false;
    if (entry.nth > 0) return Math.ceil(parts.day / 7) === entry.nth;
    return (
      parts.day > daysInMonth(parts.year, parts.month) + 7 * entry.nth &&
      parts.day <= daysInMonth(parts.year, parts.month) + 7 * (entry.nth + 1)
    );
  }
  const here = parts.month * 100 + parts.day;
  const { first, last } = entry;
  return first <= last ? first <= here && here <= last : here >= first || here <= last;
}

/**
 * Easter Sunday of the Western churches, as a day since 1970-01-01: the Sunday after the first
 * ecclesiastical full moon on or after 21 March (Gauss's method, in the form of Meeus, Jones and
 * Butcher).
 */
export function easterOf(year: number): number {
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const golden = year % 19;
  const moonShift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonShift + 15) % 30;
  const sunday =
    (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * sunday) / 451);
  const ofMarch = epact + sunday - 7 * late + 22;
  return dayOf(year, 3, ofMarch);
}
