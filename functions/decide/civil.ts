/**
 * Days of the proleptic Gregorian calendar, without any zone, as whole numbers since 1970-01-01. By
 * arithmetic, since recurrence rules ask for millions of them.
 */

export const DAY_SECONDS = 86_400;

/** Days from 0000-03-01 to 1970-01-01: years that begin in March have their leap day last. */
const EPOCH = 719_468;
/** Days of 400 years, after which the calendar is the same again. */
const ERA = 146_097;

export interface CivilDay {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** Monday is 0. */
  readonly weekday: number;
}

/** Days since 1970-01-01. A month after the last is one of the next year. */
export function dayOf(year: number, month: number, day: number): number {
  const months = year * 12 + month - 3;
  const y = Math.floor(months / 12);
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (months - y * 12) + 2) / 5) + day - 1;
  return era * ERA + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - EPOCH;
}

export function partsOf(number: number): CivilDay {
  const shifted = number + EPOCH;
  const era = Math.floor(shifted / ERA);
  const ofEra = shifted - era * ERA;
  const leaps = Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const year = Math.floor((ofEra - leaps) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  return {
    year: era * 400 + year + (march >= 10 ? 1 : 0),
    month: march < 10 ? march + 3 : march - 9,
    day: ofYear - Math.floor((153 * march + 2) / 5) + 1,
    weekday: weekdayOf(number),
  };
}

/** Monday is 0; 1970-01-01 was a Thursday. */
export const weekdayOf = (number: number): number => (((number + 3) % 7) + 7) % 7;

export function daysInMonth(year: number, month: number): number {
  return dayOf(year, month + 1, 1) - dayOf(year, month, 1);
}

export function daysInYear(year: number): number {
  return dayOf(year + 1, 1, 1) - dayOf(year, 1, 1);
}
