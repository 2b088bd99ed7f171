import moment from 'moment-timezone';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../functions/decide/model.ts';
import { scheduleHolds } from '../../functions/decide/schedule.ts';
import { wallMinutes } from '../../functions/decide/wall-clock.ts';

const HALF_HOUR = 1_800_000;
const START = Date.UTC(2026, 0, 1);
const END = Date.UTC(2028, 0, 1);
const WEEKDAYS = 0b0011111;
const SUNDAY = 0b1000000;

/** moment-timezone carries its own copy of the tz database: nothing is shared with Intl. */
const ZONES = [
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Pacific/Chatham',
  'UTC',
];

const office: Schedule = {
  days: WEEKDAYS,
  hours: [
    [8 * 60, 12 * 60],
    [13 * 60, 17 * 60 + 30],
  ],
  except: ['holidays'],
};
/** Sunday 22:00 to Monday 06:00, on the Sundays that the calendar does not take out. */
const sundayNight: Schedule = { days: SUNDAY, hours: [[22 * 60, 30 * 60]], except: ['holidays'] };
/** The hour that clocks skip or repeat, any day. */
const smallHours: Schedule = { days: 0b1111111, hours: [[120, 180]] };

const day = (date: string): number => Date.parse(`${date}T00:00Z`) / 86_400_000;
const calendars = {
  holidays: {
    days: [
      [day('2026-12-25'), day('2026-12-27')],
      [day('2027-03-28'), day('2027-03-28')],
    ] as const,
  },
};
const isHoliday = (date: string): boolean =>
  (date >= '2026-12-25' && date <= '2026-12-27') || date === '2027-03-28';

const expected: Record<string, (local: moment.Moment) => boolean> = {
  office: (local) => {
    const minute = local.hours() * 60 + local.minutes();
    const open = (minute >= 480 && minute < 720) || (minute >= 780 && minute < 1050);
    return local.isoWeekday() <= 5 && open && !isHoliday(local.format('YYYY-MM-DD'));
  },
  sundayNight: (local) => {
    if (local.isoWeekday() === 7) {
      return local.hours() >= 22 && !isHoliday(local.format('YYYY-MM-DD'));
    }
    const yesterday = local.clone().subtract(1, 'day').format('YYYY-MM-DD');
    return local.isoWeekday() === 1 && local.hours() < 6 && !isHoliday(yesterday);
  },
  smallHours: (local) => local.hours() === 2,
};

// docs/semantics.md#schedule: hours are the wall clock's, a window over midnight belongs to its first day.
describe.each(ZONES)('every half hour of two years in %s', (zone) => {
  test.each(Object.entries({ office, sundayNight, smallHours }))('%s', (name, schedule) => {
    const wrong: string[] = [];
    for (let at = START; at < END; at += HALF_HOUR) {
      const local = moment.tz(at, zone);
      if (scheduleHolds(schedule, calendars, { at, zone }) !== expected[name]?.(local)) {
        wrong.push(local.format());
      }
    }
    expect(wrong).toEqual([]);
  });
});

// An hour that comes twice counts twice, one that is skipped never does.
test.each([
  ['Europe/Berlin', '2026-10-25', 4],
  ['Europe/Berlin', '2026-03-29', 0],
  ['Australia/Lord_Howe', '2026-10-04', 1],
  ['Asia/Kathmandu', '2026-10-25', 2],
])('%s on %s has %i half hours from 02:00 to 03:00', (zone, date, halves) => {
  const noon = moment.tz(`${date}T12:00`, zone).valueOf();
  let count = 0;
  for (let at = noon - 12 * 3_600_000; at < noon; at += HALF_HOUR) {
    if (moment.tz(at, zone).format('YYYY-MM-DD') !== date) continue;
    if (scheduleHolds(smallHours, {}, { at, zone })) count++;
  }
  expect(count).toBe(halves);
});

// A calendar's timed events, in instants and on the wall clock, ends excluded.
test.each([
  ['2026-06-01T09:59:00Z', false],
  ['2026-06-01T10:00:00Z', true],
  ['2026-06-01T10:59:59Z', true],
  ['2026-06-01T11:00:00Z', false],
  ['2026-06-02T07:59:00Z', false],
  ['2026-06-02T08:00:00Z', true],
  ['2026-06-02T09:00:00Z', false],
])('an event in a calendar at %s: %s', (instant, held) => {
  const at = Date.parse(instant);
  const events = {
    events: {
      days: [],
      spans: [[Date.parse('2026-06-01T10:00Z'), Date.parse('2026-06-01T11:00Z')]] as const,
      // 10:00 to 11:00 wherever the served user is; Berlin is two hours ahead in June
      wall: [
        [
          wallMinutes(Date.parse('2026-06-02T10:00Z'), 'UTC'),
          wallMinutes(Date.parse('2026-06-02T11:00Z'), 'UTC'),
        ],
      ] as const,
    },
  };
  const schedule: Schedule = { days: 0b1111111, hours: [[0, 1440]], on: ['events'] };
  expect(scheduleHolds(schedule, events, { at, zone: 'Europe/Berlin' })).toBe(held);
});
