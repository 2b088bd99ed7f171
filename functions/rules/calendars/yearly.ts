import type { Yearly } from '../../decide/model.ts';
import { nearest } from '../source/fault.ts';

const NTH = ['1st', '2nd', '3rd', '4th', '5th', 'last'];
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** What an entry that comes back every year looks like. */
export const YEARLY_PATTERN = `\\d{2}-\\d{2}(?:\\.\\.\\d{2}-\\d{2})?|(?:${NTH.join('|')}) (?:${DAYS.join('|')}) (?:${MONTHS.join('|')})|easter(?:[+-]\\d{1,3})?`;

const YEARLY = new RegExp(`^(?:${YEARLY_PATTERN})$`);

/** Days of Easter that stay in its year, and are long enough for Pentecost and Advent. */
const [EARLIEST, LATEST] = [-80, 250];

/**
 * An entry that comes back every year: `12-25`, `12-24..01-01`, `last mon may`, `easter+1`; a text
 * says why there is no such day, and undefined stands for an entry of another kind.
 */
export function parseYearly(text: string): Yearly | string | undefined {
  if (!YEARLY.test(text)) return undefined;
  if (text.startsWith('easter')) {
    const days = Number(text.slice('easter'.length));
    return days >= EARLIEST && days <= LATEST
      ? { easter: days }
      : `must be from easter${EARLIEST} to easter+${LATEST}`;
  }
  const [nth = '', weekday = '', month = ''] = text.split(' ');
  if (weekday !== '') {
    const place = NTH.indexOf(nth) + 1;
    return {
      nth: place === NTH.length ? -1 : place,
      weekday: DAYS.indexOf(weekday),
      month: MONTHS.indexOf(month) + 1,
    };
  }
  const [first = '', last = first] = text.split('..');
  // The 29th of February comes in leap years.
  const missing = [first, last].find((day) => !existsInLeapYear(day));
  if (missing !== undefined) return `there is no day '${missing}'`;
  return { first: Number(first.replace('-', '')), last: Number(last.replace('-', '')) };
}

function existsInLeapYear(day: string): boolean {
  const at = new Date(`2024-${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(5, 10) === day;
}

/** Words for places, of which the first letters count. */
const PLACES: Readonly<Record<string, string>> = {
  ...{ first: '1st', second: '2nd', third: '3rd', fourth: '4th', fifth: '5th', last: 'last' },
  ...{ '1': '1st', '2': '2nd', '3': '3rd', '4': '4th', '5': '5th', '-1': 'last' },
};

/** Names of days that many calendars have. */
const FEASTS: Readonly<Record<string, string>> = {
  'easter sunday': 'easter',
  'easter monday': 'easter+1',
  'good friday': 'easter-2',
  'ash wednesday': 'easter-46',
  ascension: 'easter+39',
  pentecost: 'easter+49',
  'whit monday': 'easter+50',
  'corpus christi': 'easter+60',
  christmas: '12-25',
  'new year': '01-01',
  thanksgiving: '4th thu nov',
};

/** The entry that a text stands for which is almost right: `last mon may` for `Last Monday of May`. */
export function meantCalendarDay(text: string): string | undefined {
  const value = text.trim().toLowerCase();
  const feast = nearest(value, Object.keys(FEASTS));
  if (feast !== undefined) return FEASTS[feast];
  const easter = /^easter\s*([+-])\s*(\d{1,3})$/.exec(value);
  if (easter) return `easter${easter[1]}${Number(easter[2])}`;
  const [, numbered, day] = /^(\d{1,2})[-/](\d{1,2})$/.exec(value) ?? [];
  if (numbered && day) return `${numbered.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const [, dayFirst, monthLast] = /^(\d{1,2})\.\s*(\d{1,2})\.?$/.exec(value) ?? [];
  if (dayFirst && monthLast) return `${monthLast.padStart(2, '0')}-${dayFirst.padStart(2, '0')}`;
  const [place = '', weekday = '', ...rest] = value.split(/[\s,]+/);
  const of = rest.filter((word) => word !== 'of' && word !== 'in')[0] ?? '';
  const nth = NTH.includes(place) ? place : PLACES[nearest(place, Object.keys(PLACES)) ?? ''];
  const at = DAYS.find((day) => weekday.startsWith(day));
  const month = MONTHS.find((name) => of.startsWith(name));
  return nth && at && month ? `${nth} ${at} ${month}` : undefined;
}
