import fc from 'fast-check';
import moment from 'moment-timezone';
import rrule from 'rrule';
import { describe, expect, test } from 'vitest';
import { expandCalendar } from '../../functions/rules/calendars/ics.ts';
import { mergeRanges } from '../../functions/rules/calendars/ranges.ts';

/**
 * Calendars in all parts of RFC 5545 §3.3.10, zones and exceptions, against two programs that share
 * nothing with ours: rrule for the times of a rule, Moment Timezone for the instants.
 */

const NOW = Date.UTC(2026, 5, 15, 12);
const [FIRST, END] = [Date.UTC(2025, 0, 1), Date.UTC(2032, 0, 1)];
/** Calendars that are compared, and the most events of one. */
const [RUNS, MOST] = [200, 2_000];
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

const some = <T>(values: readonly T[], most: number) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

const start = fc
  .record({
    day: fc.integer({
      min: Date.UTC(2018, 0, 1) / 86_400_000,
      max: Date.UTC(2028, 0, 1) / 86_400_000,
    }),
    leap: fc.constantFrom(false, false, false, true),
    minute: fc.constantFrom(0, 9 * 60, 13 * 60 + 30, 23 * 60 + 45),
  })
  .map(
    ({ day, leap, minute }) => (leap ? Date.UTC(2024, 1, 29) : day * 86_400_000) + minute * 60_000,
  );

const frequency = fc.constantFrom('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY');

/** Rules whose meaning the standard leaves no doubt about, in which the two may differ rightly. */
const rule = frequency.chain((freq) => {
  const numbered = freq === 'MONTHLY' || freq === 'YEARLY';
  const weekday = fc.constantFrom(...DAYS);
  const plain = some(DAYS, 4);
  // Numbered and plain days together are one set for us, and none for rrule.
  const nth = fc.uniqueArray(
    fc.tuple(fc.constantFrom(1, 2, 4, 5, -1, -2, -5), weekday).map(([n, day]) => `${n}${day}`),
    { minLength: 1, maxLength: 3 },
  );
  return fc
    .record({
      FREQ: fc.constant(freq),
      INTERVAL: maybe(fc.integer({ min: 1, max: 5 })),
      BYMONTH: maybe(some(range(1, 12), 3)),
      BYWEEKNO:
        freq === 'YEARLY' ? maybe(some([1, 2, 20, 52, 53, -1, -2], 2)) : fc.constant(undefined),
      BYYEARDAY:
        freq === 'YEARLY'
          ? maybe(some([1, 60, 100, 365, 366, -1, -366], 3))
          : fc.constant(undefined),
      BYMONTHDAY:
        freq === 'WEEKLY'
          ? fc.constant(undefined)
          : maybe(some([1, 13, 29, 30, 31, -1, -2, -31], 3)),
      BYDAY: maybe(numbered ? fc.oneof(plain, nth) : plain),
      BYHOUR: maybe(some([0, 7, 12, 23], 2)),
      BYMINUTE: maybe(some([0, 15, 59], 2)),
      BYSETPOS: maybe(some([1, 2, -1, -2], 2)),
      WKST: maybe(weekday),
      end: fc.oneof(
        fc.integer({ min: 1, max: 40 }).map((count) => `COUNT=${count}`),
        fc
          .integer({
            min: Date.UTC(2025, 0, 1) / 86_400_000,
            max: Date.UTC(2031, 0, 1) / 86_400_000,
          })
          .map((day) => `UNTIL=${stamp(day * 86_400_000)}`),
        fc.constant(''),
      ),
    })
    .map(({ end, ...parts }) => {
      const { BYWEEKNO, BYDAY, BYMONTHDAY, BYYEARDAY, BYSETPOS, ...rest } = parts;
      const lent = BYWEEKNO && !BYDAY && !BYMONTHDAY && !BYYEARDAY;
      // In a week without BYDAY ours is the day of DTSTART, and theirs is every day.
      const days = lent || (BYWEEKNO && BYDAY?.some((day) => day.length > 2)) ? ['MO'] : BYDAY;
      const others = days ?? BYMONTHDAY ?? BYYEARDAY ?? BYWEEKNO ?? rest.BYMONTH;
      const all = {
        ...rest,
        BYWEEKNO,
        BYDAY: days,
        BYMONTHDAY,
        BYYEARDAY,
        ...(others && { BYSETPOS }),
      };
      const written = Object.entries(all).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${value}`],
      );
      return [...written, ...(end ? [end] : [])].join(';');
    });
});

function stamp(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+Z/g, '');
}

interface Case {
  readonly start: number;
  readonly rule: string;
  readonly zone: string;
  /** Which of the occurrences are taken out, and how far away additional ones are. */
  readonly out: readonly number[];
  readonly added: readonly number[];
  readonly allDay: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  start,
  rule,
  zone: fc.constantFrom(...ZONES),
  out: fc.array(fc.nat(12), { maxLength: 3 }),
  added: fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 2 }),
  allDay: fc.boolean(),
});

/** Starts on the wall clock, as milliseconds in UTC, up to the end of what is kept. */
function theirStarts({ start, rule }: Case): number[] {
  const parsed = rrule.RRule.parseString(rule);
  const found: number[] = [];
  // Without an end it would look for what never comes until the year 9999.
  const until = parsed.until ?? new Date(END - 1);
  new rrule.RRule({ ...parsed, until, dtstart: new Date(start) }).all((date) => {
    found.push(date.getTime());
    return found.length < MOST;
  });
  return found;
}

describe('recurring events are as other programs have them', () => {
  test('in all parts of a rule, in any zone, with exceptions and additions', () => {
    let compared = 0;
    fc.assert(
      fc.property(cases, (drawn) => {
        const timeless = drawn.allDay && !/BYHOUR|BYMINUTE|HOURLY/.test(drawn.rule);
        const start = timeless ? Math.floor(drawn.start / 86_400_000) * 86_400_000 : drawn.start;
        const starts = theirStarts({ ...drawn, start });
        fc.pre(starts.length < MOST && starts.length > 0);
        const out = drawn.out.flatMap((at) => starts[at] ?? []);
        const added = drawn.added.map((days) => start + days * 86_400_000);
        const time = (at: number): string => (timeless ? stamp(at).slice(0, 8) : stamp(at));
        const zone = timeless ? ';VALUE=DATE' : `;TZID=${drawn.zone}`;
        const text = [
          ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', `DTSTART${zone}:${time(start)}`],
          timeless ? 'DURATION:P1D' : 'DURATION:PT45M',
          `RRULE:${drawn.rule}`,
          ...out.map((at) => `EXDATE${zone}:${time(at)}`),
          ...added.map((at) => `RDATE${zone}:${time(at)}`),
          ...['END:VEVENT', 'END:VCALENDAR'],
        ].join('\r\n');
        const all = new Set([...starts, ...added, ...(added.length > 0 ? [start] : [])]);
        const kept = [...all].filter((at) => !out.includes(at));
        const expected = kept
          .map((at): [number, number] => {
            if (timeless) return [at / 86_400_000, at / 86_400_000];
            const from = moment.tz(stamp(at), 'YYYYMMDDTHHmmss', drawn.zone).valueOf();
            return [from, from + 45 * 60_000];
          })
          .filter(([, last]) => (timeless ? (last + 1) * 86_400_000 : last) > FIRST);
        const events = expandCalendar(text, NOW, {
          fault: (message) => expect(message).toMatch(/more than 20000/),
          leftOut: () => {},
        });
        const found = timeless ? events.days : events.spans;
        const step = timeless ? 1 : 0;
        expect(mergeRanges(found, step), text).toEqual(mergeRanges(expected, step));
        compared++;
      }),
      { numRuns: RUNS, seed: 20261128 },
    );
    expect(compared).toBe(RUNS);
  });
});

/** Parts as nobody means them: each is answered in bounded steps, by events or a fault. */
const hostile = fc.record({
  FREQ: fc.constantFrom(
    'SECONDLY',
    'MINUTELY',
    'HOURLY',
    'DAILY',
    'WEEKLY',
    'MONTHLY',
    'YEARLY',
    'X',
  ),
  INTERVAL: maybe(fc.constantFrom(0, -1, 1, 7, 9999, 99_999_999_999)),
  COUNT: maybe(fc.constantFrom(-1, 0, 1, 999_999_999)),
  UNTIL: maybe(fc.constantFrom('99991231', '00010101T000000Z', 'never')),
  BYMONTH: maybe(fc.constantFrom('2', '13', '1,2,3,4,5,6,7,8,9,10,11,12')),
  BYMONTHDAY: maybe(fc.constantFrom('30', '31', '-31', '0')),
  BYYEARDAY: maybe(fc.constantFrom('366', '-366', '367')),
  BYWEEKNO: maybe(fc.constantFrom('53', '-53', '54')),
  BYDAY: maybe(fc.constantFrom('MO', '53SU', '-5SA', 'XX')),
  BYHOUR: maybe(fc.constant(range(0, 23).join())),
  BYMINUTE: maybe(fc.constant(range(0, 59).join())),
  BYSECOND: maybe(fc.constant(range(0, 60).join())),
  BYSETPOS: maybe(fc.constantFrom('366', '-366', '1')),
});

test('no file takes more than a bounded number of steps', () => {
  const dates = fc.constantFrom(
    '00010101T000000Z',
    '19700101T000000',
    '20260701T120000Z',
    '99991231',
  );
  const zone = maybe(hostile);
  fc.assert(
    fc.property(
      hostile,
      dates,
      fc.constantFrom('PT1S', 'P99999999W', '-P1D'),
      zone,
      (parts, at, length, changes) => {
        const written = (rule: object): string =>
          Object.entries(rule)
            .flatMap(([key, value]) => (value === undefined ? [] : `${key}=${value}`))
            .join(';');
        const text = [
          ...['BEGIN:VCALENDAR', 'BEGIN:VTIMEZONE', 'TZID:Own', 'BEGIN:STANDARD'],
          ...['DTSTART:19700101T000000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
          ...(changes ? [`RRULE:${written(changes)}`] : []),
          ...['END:STANDARD', 'END:VTIMEZONE', 'BEGIN:VEVENT'],
          `DTSTART${at.endsWith('Z') ? '' : ';TZID=Own'}:${at}`,
          ...[`DURATION:${length}`, `RRULE:${written(parts)}`, 'END:VEVENT', 'END:VCALENDAR'],
        ].join('\n');
        const { days, spans } = expandCalendar(text, NOW, { fault: () => {}, leftOut: () => {} });
        expect(days.length + spans.length).toBeLessThanOrEqual(20_000);
      },
    ),
    { numRuns: 150 },
  );
});
