import {
  DAY_SECONDS,
  dayOf,
  daysInMonth,
  daysInYear,
  partsOf,
  weekdayOf,
} from '../../decide/civil.ts';

/** How often a rule recurs, from the longest period to the shortest. */
const FREQUENCIES = [
  'YEARLY',
  'MONTHLY',
  'WEEKLY',
  'DAILY',
  'HOURLY',
  'MINUTELY',
  'SECONDLY',
] as const;
type Frequency = (typeof FREQUENCIES)[number];

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** One day of BYDAY: Monday is 0; `nth` of the month or year, counted from its end if negative. */
interface ByDay {
  readonly weekday: number;
  readonly nth?: number;
}

/** A recurrence rule (RFC 5545 §3.3.10). */
export interface RecurrenceRule {
  readonly freq: Frequency;
  readonly interval: number;
  readonly count?: number;
  /** As written: its time and zone depend on the event's. */
  readonly until?: string;
  /** First day of the week; Monday is 0. */
  readonly weekStart: number;
  readonly byMonth?: readonly number[];
  readonly byWeekNo?: readonly number[];
  readonly byYearDay?: readonly number[];
  readonly byMonthDay?: readonly number[];
  readonly byDay?: readonly ByDay[];
  readonly byHour?: readonly number[];
  readonly byMinute?: readonly number[];
  readonly bySecond?: readonly number[];
  readonly bySetPos?: readonly number[];
}

/** Longer intervals would leave the calendar. */
const LONGEST_INTERVAL = 10_000;

/** The ranges of the parts that are lists of numbers; `signed`: negative ones count from the end. */
const NUMBERS = {
  BYMONTH: ['byMonth', 1, 12, false],
  BYWEEKNO: ['byWeekNo', 1, 53, true],
  BYYEARDAY: ['byYearDay', 1, 366, true],
  BYMONTHDAY: ['byMonthDay', 1, 31, true],
  BYHOUR: ['byHour', 0, 23, false],
  BYMINUTE: ['byMinute', 0, 59, false],
  BYSECOND: ['bySecond', 0, 60, false],
  BYSETPOS: ['bySetPos', 1, 366, true],
} as const;

/** What RFC 7529 has for other calendars, where it says what holds anyway (§4.1). */
const UNDERSTOOD: ReadonlySet<string> = new Set(['RSCALE=GREGORIAN', 'SKIP=OMIT']);

/** The members of a list, each once. */
const listed = (text: string): readonly string[] => [
  ...new Set(text.split(',').flatMap((one) => one.trim() || [])),
];

/** Reads a rule; a text says why it is none. */
export function parseRule(value: string): RecurrenceRule | string {
  const rule: { -readonly [K in keyof RecurrenceRule]?: RecurrenceRule[K] } = {};
  for (const part of value.split(';')) {
    if (part.trim() === '') continue;
    const [key = '', text = ''] = part.split('=', 2).map((side) => side.trim().toUpperCase());
    const wrong = `${key.slice(0, 20)}=${text.slice(0, 40)}`;
    if (key === 'FREQ') {
      const freq = FREQUENCIES.find((name) => name === text);
      if (freq === undefined) return wrong;
      rule.freq = freq;
    } else if (key === 'INTERVAL') {
      rule.interval = Number(text);
      if (!/^\d+$/.test(text) || rule.interval < 1 || rule.interval > LONGEST_INTERVAL) {
        return `${wrong}, which must be from 1 to ${LONGEST_INTERVAL}`;
      }
    } else if (key === 'COUNT') {
      if (!/^-?\d{1,9}$/.test(text)) return wrong;
      rule.count = Number(text);
    } else if (key === 'UNTIL') rule.until = text;
    else if (key === 'WKST') {
      rule.weekStart = WEEKDAYS.indexOf(text);
      if (rule.weekStart < 0) return wrong;
    } else if (key === 'BYDAY') {
      const days = listed(text).map(parseByDay);
      if (days.length === 0 || days.includes(undefined)) return wrong;
      rule.byDay = days as ByDay[];
    } else if (Object.hasOwn(NUMBERS, key)) {
      const [name, min, max, signed] = NUMBERS[key as keyof typeof NUMBERS];
      const numbers = listed(text).map((one) => {
        const number = /^[+-]?\d{1,3}$/.test(one) ? Number(one) : Number.NaN;
        const size = signed ? Math.abs(number) : number;
        return size >= min && size <= max ? number : undefined;
      });
      if (numbers.length === 0 || numbers.includes(undefined)) return wrong;
      rule[name] = [...new Set(numbers as number[])];
    } else if (!UNDERSTOOD.has(`${key}=${text}`)) {
      return `${wrong}, which is not supported`;
    }
  }
  const { freq, interval = 1, weekStart = 0 } = rule;
  return freq === undefined ? 'no FREQ' : { ...rule, freq, interval, weekStart };
}

function parseByDay(text: string): ByDay | undefined {
  const [, nth, day = ''] = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(text) ?? [];
  const weekday = WEEKDAYS.indexOf(day);
  if (weekday < 0) return undefined;
  if (nth === undefined) return { weekday };
  const size = Math.abs(Number(nth));
  return size >= 1 && size <= 53 ? { weekday, nth: Number(nth) } : undefined;
}

export interface Recurrence {
  readonly rule: RecurrenceRule;
  /** DTSTART, seconds since 1970-01-01T00:00 on its wall clock. */
  readonly start: number;
  /** Whether it has no time: then the time parts of a rule count for nothing. */
  readonly allDay: boolean;
  /** The last second that UNTIL lets pass, on the same clock. */
  readonly until?: number;
  /** Times before are not needed; they are counted where the rule has a COUNT. */
  readonly from: number;
  /** Times from here on are not needed. */
  readonly end: number;
  /** Told of every day, or shorter period, that is looked at; throws to end the search. */
  readonly spend: (steps: number) => void;
}

/**
 * The times of a rule, ascending: seconds since 1970-01-01T00:00 on the wall clock of its start.
 * What is looked at grows with the time from `from` (with COUNT: from the start) to `end`, and
 * `spend` is told of it.
 */
export function* occurrences(recurrence: Recurrence): Generator<number> {
  const { start, until = Number.POSITIVE_INFINITY, from, end } = recurrence;
  const last = Math.min(until, end - 1);
  const rule = completed(recurrence.rule, partsOf(Math.floor(start / DAY_SECONDS)));
  let counted = 0;
  const periods = FREQUENCIES.indexOf(rule.freq) < 4 ? dayPeriods : clockPeriods;
  const skipTo = rule.count === undefined ? Math.max(start, from) : start;
  for (const { begins, times } of periods({ ...recurrence, rule }, skipTo, last, dayTest(rule))) {
    if (begins > last) return;
    for (const time of picked(times, rule.bySetPos)) {
      if (time < start) continue;
      if (time > last || counted === rule.count) return;
      counted++;
      if (time >= from) yield time;
    }
    if (counted === rule.count) return;
  }
}

interface Period {
  /** No time of this or a later period is before. */
  readonly begins: number;
  /** Ascending. */
  readonly times: readonly number[];
}

/** Judges a day, a number since 1970-01-01. */
type DayTest = (day: number) => boolean;

/** BYSETPOS: of the times of one period those at these places. */
function picked(times: readonly number[], positions: readonly number[] | undefined): number[] {
  if (positions === undefined) return [...times];
  const places = positions.map((place) => (place > 0 ? place - 1 : times.length + place));
  return times.filter((_, index) => places.includes(index));
}

/** Years, months, weeks and days, each with its days that hold and the times on them. */
function* dayPeriods(
  { rule, start, allDay, spend }: Recurrence,
  skipTo: number,
  last: number,
  holds: DayTest,
): Generator<Period> {
  const { year, month } = partsOf(Math.floor(start / DAY_SECONDS));
  const first = Math.floor(start / DAY_SECONDS);
  const skip = Math.floor(skipTo / DAY_SECONDS);
  const clock = timesOfDay(rule, start, allDay);
  spend(clock.length);
  const monday = first - weekdayOf(first - rule.weekStart);
  /** The days of the n-th period. */
  const daysOf = (n: number): readonly [day: number, length: number] => {
    const step = n * rule.interval;
    if (rule.freq === 'YEARLY') return [dayOf(year + step, 1, 1), daysInYear(year + step)];
    if (rule.freq === 'MONTHLY') {
      const index = year * 12 + month - 1 + step;
      const [y, m] = [Math.floor(index / 12), (index % 12) + 1];
      return [dayOf(y, m, 1), daysInMonth(y, m)];
    }
    return rule.freq === 'WEEKLY' ? [monday + 7 * step, 7] : [first + step, 1];
  };
  const longest = { YEARLY: 366, MONTHLY: 31, WEEKLY: 7 }[rule.freq as string] ?? 1;
  // A period too early costs nothing but its days; one too late would lose times.
  const skipped = Math.floor((skip - first) / (longest * rule.interval)) - 1;
  for (let n = Math.max(0, skipped); ; n++) {
    const [begin, length] = daysOf(n);
    const begins = begin * DAY_SECONDS;
    if (begins > last) return;
    spend(1);
    if (begin + length <= skip) continue;
    const times: number[] = [];
    for (const [from, to] of stretches(rule, begin, length)) {
      spend(to - from);
      for (let day = from; day < to; day++) {
        if (!holds(day)) continue;
        spend(clock.length);
        for (const time of clock) times.push(day * DAY_SECONDS + time);
      }
    }
    yield { begins, times };
  }
}

/** The days of a period that may hold, ends excluded: of a year only the months of BYMONTH. */
function stretches(
  { freq, byMonth }: RecurrenceRule,
  begin: number,
  length: number,
): (readonly [number, number])[] {
  if (freq !== 'YEARLY' || !byMonth) return [[begin, begin + length]];
  const { year } = partsOf(begin);
  return byMonth
    .toSorted(order)
    .map((month) => [dayOf(year, month, 1), dayOf(year, month + 1, 1)] as const);
}

/** The times of a day, in seconds: those of the start, or of BYHOUR, BYMINUTE and BYSECOND. */
function timesOfDay(rule: RecurrenceRule, start: number, allDay: boolean): readonly number[] {
  if (allDay) return [0];
  const time = start - Math.floor(start / DAY_SECONDS) * DAY_SECONDS;
  const hours = rule.byHour ?? [Math.floor(time / 3600)];
  return hours.flatMap((hour) => timesOfHour(rule, time).map((s) => hour * 3600 + s)).sort(order);
}

function timesOfHour(rule: RecurrenceRule, time: number): readonly number[] {
  const minutes = rule.byMinute ?? [Math.floor(time / 60) % 60];
  const seconds = timesOfMinute(rule, time);
  return minutes.flatMap((minute) => seconds.map((second) => minute * 60 + second)).sort(order);
}

function timesOfMinute(rule: RecurrenceRule, time: number): readonly number[] {
  // A leap second is the last of its minute.
  const seconds = rule.bySecond ?? [time % 60];
  return [...new Set(seconds.map((second) => Math.min(second, 59)))].sort(order);
}

const order = (a: number, b: number): number => a - b;

/** Hours, minutes and seconds; a day or hour that does not hold is passed over whole. */
function* clockPeriods(
  { rule, start, spend }: Recurrence,
  skipTo: number,
  last: number,
  holds: DayTest,
): Generator<Period> {
  const unit = { HOURLY: 3600, MINUTELY: 60 }[rule.freq as string] ?? 1;
  const origin = start - (((start % unit) + unit) % unit);
  const step = unit * rule.interval;
  const after = (time: number): number => Math.max(0, Math.ceil((time - origin) / step));
  const within =
    unit === 3600 ? timesOfHour(rule, start) : unit === 60 ? timesOfMinute(rule, start) : [0];
  for (let n = Math.max(0, after(skipTo) - 1); ; ) {
    const begins = origin + n * step;
    if (begins > last) return;
    spend(1);
    const day = Math.floor(begins / DAY_SECONDS);
    const time = begins - day * DAY_SECONDS;
    if (!holds(day)) {
      n = after((day + 1) * DAY_SECONDS);
    } else if (rule.byHour && !rule.byHour.includes(Math.floor(time / 3600))) {
      n = Math.max(n + 1, after(begins - (time % 3600) + 3600));
    } else if (
      unit < 3600 &&
      rule.byMinute &&
      !rule.byMinute.includes(Math.floor(time / 60) % 60)
    ) {
      n = Math.max(n + 1, after(begins - (time % 60) + 60));
    } else if (unit === 1 && rule.bySecond && !rule.bySecond.includes(time % 60)) {
      n++;
    } else {
      spend(within.length);
      yield { begins, times: within.map((second) => begins + second) };
      n++;
    }
  }
}

/** A rule with what it leaves open: that is as at the start (§3.3.10, below its table). */
function completed(
  rule: RecurrenceRule,
  start: { readonly month: number; readonly day: number; readonly weekday: number },
): RecurrenceRule {
  const { freq, byMonth = [start.month], byMonthDay, byDay, byYearDay, byWeekNo } = rule;
  if (byMonthDay || byDay || byYearDay) return rule;
  const sameWeekday = { ...rule, byDay: [{ weekday: start.weekday }] };
  if (freq === 'WEEKLY') return sameWeekday;
  if (freq === 'MONTHLY') return { ...rule, byMonthDay: [start.day] };
  if (freq !== 'YEARLY') return rule;
  return byWeekNo ? sameWeekday : { ...rule, byMonth, byMonthDay: [start.day] };
}

/** Whether a day holds by the parts that judge days. */
function dayTest(rule: RecurrenceRule): DayTest {
  const { freq, weekStart, byMonth, byMonthDay, byDay, byWeekNo, byYearDay } = rule;
  const inMonth = freq === 'MONTHLY' || (freq === 'YEARLY' && byMonth !== undefined);
  // Elsewhere BYDAY has no numbers (§3.3.10).
  const ordinals = freq === 'MONTHLY' || freq === 'YEARLY';
  return (day) => {
    if (byDay) {
      const weekday = weekdayOf(day);
      if (!byDay.some((one) => one.weekday === weekday)) return false;
    }
    const parts = partsOf(day);
    if (byMonth && !byMonth.includes(parts.month)) return false;
    const length = daysInMonth(parts.year, parts.month);
    if (byMonthDay && !isAt(byMonthDay, parts.day, length)) return false;
    const year = daysInYear(parts.year);
    const yearDay = day - dayOf(parts.year, 1, 1) + 1;
    if (byYearDay && !isAt(byYearDay, yearDay, year)) return false;
    if (byWeekNo) {
      const { week, weeks } = weekOf(day, parts.year, weekStart);
      if (!isAt(byWeekNo, week, weeks)) return false;
    }
    if (!byDay || !ordinals) return true;
    const [place, of] = inMonth ? [parts.day, length] : [yearDay, year];
    return byDay.some(({ weekday, nth }) => {
      if (weekday !== parts.weekday) return false;
      if (nth === undefined) return true;
      return nth > 0 ? Math.ceil(place / 7) === nth : Math.ceil((of - place + 1) / 7) === -nth;
    });
  };
}

/** Whether a place, from 1, is among these, of which negative ones count from the end. */
function isAt(places: readonly number[], place: number, length: number): boolean {
  return places.includes(place) || places.includes(place - length - 1);
}

/** The week of a day and how many its year has: the first is that with four days in the year. */
function weekOf(
  day: number,
  year: number,
  weekStart: number,
): { readonly week: number; readonly weeks: number } {
  const firstWeek = (of: number): number => {
    const fourth = dayOf(of, 1, 4);
    return fourth - weekdayOf(fourth - weekStart);
  };
  const its = day >= firstWeek(year + 1) ? year + 1 : day >= firstWeek(year) ? year : year - 1;
  const begin = firstWeek(its);
  return { week: Math.floor((day - begin) / 7) + 1, weeks: (firstWeek(its + 1) - begin) / 7 };
}
