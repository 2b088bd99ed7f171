import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../functions/decide/model.ts';
import { load, loadSound, NOW } from './load.ts';

const DAY = 86_400_000;
const day = (date: string): number => Date.parse(date) / DAY;
const at = (instant: string): number => Date.parse(instant);
const wall = (local: string): number => Date.parse(`${local}Z`) / 60_000;

const calendarOf = (yaml: string, beside: Record<string, string> = {}): Calendar | undefined =>
  loadSound(`domain: a.de\ncalendars: { it: ${yaml} }`, beside).policy.calendars.it;

describe('dates and ranges', () => {
  const dates: [yaml: string, days: [string, string][]][] = [
    ['2026-12-25', [['2026-12-25', '2026-12-25']]],
    ['[2026-12-31..2027-01-02]', [['2026-12-31', '2027-01-02']]],
    // Sorted; what overlaps or touches is one.
    [
      '[2027-01-03, 2026-12-25, 2026-12-31..2027-01-02, 2026-12-25..2026-12-26]',
      [
        ['2026-12-25', '2026-12-26'],
        ['2026-12-31', '2027-01-03'],
      ],
    ],
    [
      '[1969-12-31, 2028-02-29]',
      [
        ['1969-12-31', '1969-12-31'],
        ['2028-02-29', '2028-02-29'],
      ],
    ],
    ['[]', []],
  ];
  it.each(dates.filter(([yaml]) => yaml !== '[]'))('%s', (yaml, days) => {
    expect(calendarOf(yaml)).toEqual({ days: days.map(([a, b]) => [day(a), day(b)]) });
  });
});

/** An event's lines in a file that has them only. */
const file = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]): string => file('BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT');

const ics = (text: string): Calendar | undefined => calendarOf('x.ics', { 'x.ics': text });

const BERLIN = [
  'BEGIN:VTIMEZONE',
  'TZID:Custom Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:19700329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
];

describe('.ics files (RFC 5545)', () => {
  const cases: [what: string, text: string, calendar: Calendar][] = [
    [
      'an all-day event, its end excluded (§3.6.1)',
      event('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227'),
      { days: [[day('2026-12-24'), day('2026-12-26')]] },
    ],
    [
      'an all-day event without end is one day (§3.6.1)',
      event('DTSTART;VALUE=DATE:20261224'),
      { days: [[day('2026-12-24'), day('2026-12-24')]] },
    ],
    [
      'an all-day event with a duration (§3.3.6)',
      event('DTSTART;VALUE=DATE:20261224', 'DURATION:P1W'),
      { days: [[day('2026-12-24'), day('2026-12-30')]] },
    ],
    [
      'a time in UTC (§3.3.5 form 2)',
      event('DTSTART:20261224T120000Z', 'DTEND:20261224T180000Z'),
      { days: [], spans: [[at('2026-12-24T12:00Z'), at('2026-12-24T18:00Z')]] },
    ],
    [
      'a time without zone (§3.3.5 form 1)',
      event('DTSTART:20261224T120000', 'DURATION:PT90M'),
      { days: [], wall: [[wall('2026-12-24T12:00'), wall('2026-12-24T13:30')]] },
    ],
    [
      'a time with a VTIMEZONE of the file (§3.6.5)',
      file(
        ...BERLIN,
        'BEGIN:VEVENT',
        'UID:1',
        'DTSTART;TZID=Custom Berlin:20260701T120000',
        'DTEND;TZID=Custom Berlin:20261224T120000',
        'END:VEVENT',
      ),
      { days: [], spans: [[at('2026-07-01T10:00Z'), at('2026-12-24T11:00Z')]] },
    ],
    [
      'a time with a zone of the IANA database that the file does not describe',
      event(
        'DTSTART;TZID=America/New_York:20260701T120000',
        'DTEND;TZID=America/New_York:20260701T130000',
      ),
      { days: [], spans: [[at('2026-07-01T16:00Z'), at('2026-07-01T17:00Z')]] },
    ],
    [
      'a recurrence with count, exception and addition (§3.8.5)',
      event(
        'DTSTART;VALUE=DATE:20260701',
        'RRULE:FREQ=MONTHLY;COUNT=4',
        'EXDATE;VALUE=DATE:20260801',
        'RDATE;VALUE=DATE:20260815',
      ),
      {
        days: ['2026-07-01', '2026-08-15', '2026-09-01', '2026-10-01'].map((date) => [
          day(date),
          day(date),
        ]),
      },
    ],
    [
      'a recurrence on days that not every month or year has (§3.3.10)',
      event('DTSTART;VALUE=DATE:20260131', 'RRULE:FREQ=MONTHLY;UNTIL=20260601'),
      {
        days: ['2026-01-31', '2026-03-31', '2026-05-31'].map((date) => [day(date), day(date)]),
      },
    ],
    [
      'a recurrence on a weekday of a month',
      event('DTSTART;VALUE=DATE:20251127', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3'),
      {
        days: ['2025-11-27', '2026-11-26', '2027-11-25'].map((date) => [day(date), day(date)]),
      },
    ],
    [
      'a recurrence that ends (UNTIL included)',
      event('DTSTART;VALUE=DATE:20261225', 'RRULE:FREQ=YEARLY;UNTIL=20271225'),
      {
        days: [
          [day('2026-12-25'), day('2026-12-25')],
          [day('2027-12-25'), day('2027-12-25')],
        ],
      },
    ],
    [
      'a recurrence in a zone keeps its wall-clock time over the change of the clocks',
      event(
        'DTSTART;TZID=Europe/Berlin:20261024T090000',
        'DTEND;TZID=Europe/Berlin:20261024T100000',
        'RRULE:FREQ=DAILY;COUNT=2',
      ),
      {
        days: [],
        spans: [
          [at('2026-10-24T07:00Z'), at('2026-10-24T08:00Z')],
          [at('2026-10-25T08:00Z'), at('2026-10-25T09:00Z')],
        ],
      },
    ],
    [
      'an occurrence that was moved, and one that was cancelled (RECURRENCE-ID, §3.8.4.4)',
      file(
        'BEGIN:VEVENT',
        'UID:1',
        'DTSTART;VALUE=DATE:20260701',
        'RRULE:FREQ=DAILY;INTERVAL=7;COUNT=3',
        'END:VEVENT',
        'BEGIN:VEVENT',
        'UID:1',
        'RECURRENCE-ID;VALUE=DATE:20260708',
        'DTSTART;VALUE=DATE:20260710',
        'END:VEVENT',
        'BEGIN:VEVENT',
        'UID:1',
        'RECURRENCE-ID;VALUE=DATE:20260715',
        'DTSTART;VALUE=DATE:20260715',
        'STATUS:CANCELLED',
        'END:VEVENT',
      ),
      {
        days: [
          [day('2026-07-01'), day('2026-07-01')],
          [day('2026-07-10'), day('2026-07-10')],
        ],
      },
    ],
    [
      'a moved occurrence whose series is not in the file stands for itself',
      event('RECURRENCE-ID;VALUE=DATE:20260708', 'DTSTART;VALUE=DATE:20260710'),
      { days: [[day('2026-07-10'), day('2026-07-10')]] },
    ],
    [
      'cancelled events, those without length and those long over do not count',
      file(
        ...[
          ['DTSTART;VALUE=DATE:20260701', 'STATUS:CANCELLED'],
          ['DTSTART:20260702T120000Z'],
          ['DTSTART;VALUE=DATE:20200101'],
          ['DTSTART;VALUE=DATE:20260703'],
        ].flatMap((lines, uid) => ['BEGIN:VEVENT', `UID:${uid}`, ...lines, 'END:VEVENT']),
      ),
      { days: [[day('2026-07-03'), day('2026-07-03')]] },
    ],
  ];
  it.each(cases)('%s', (_, text, calendar) => {
    expect(ics(text)).toEqual(calendar);
  });

  it('that recur without end are expanded at least five years ahead', () => {
    const calendar = ics(event('DTSTART;VALUE=DATE:20001225', 'RRULE:FREQ=YEARLY'));
    expect(calendar?.days).toEqual(
      [2025, 2026, 2027, 2028, 2029, 2030, 2031].map((year) => [
        day(`${year}-12-25`),
        day(`${year}-12-25`),
      ]),
    );
    expect(calendar?.expandedUntil).toBeGreaterThanOrEqual(NOW + 5 * 365.25 * DAY);
  });

  it('are read together with dates, and several calendars in one file', () => {
    const one = (date: string): string => event(`DTSTART;VALUE=DATE:${date}`);
    expect(
      calendarOf('[2026-07-03, x.ics]', { 'x.ics': one('20260701') + one('20260702') }),
    ).toEqual({ days: [[day('2026-07-01'), day('2026-07-03')]] });
  });

  it('lie beside the document that names them', () => {
    const text = event('DTSTART;VALUE=DATE:20260701');
    const { calendars } = loadSound(
      { 'rules/a.yaml': 'domain: a.de\ncalendars: { it: sub/x.ics }' },
      { 'rules/sub/x.ics': text },
    );
    expect(calendars).toEqual({ 'sub/x.ics': text });
  });

  const mistakes: [what: string, text: string, problem: string | RegExp][] = [
    ['no calendar', 'hello', /^x\.ics: is no valid iCalendar file: /],
    ['nothing', '', 'x.ics: is no iCalendar file'],
    ['another component', 'BEGIN:VEVENT\r\nEND:VEVENT', 'x.ics: is no iCalendar file'],
    ['no start', event('SUMMARY:Party'), "x.ics: event 'Party' has no DTSTART"],
    [
      'an unknown zone',
      event('DTSTART;TZID=Moon:20260701T120000', 'DURATION:PT1H'),
      "x.ics: event '1' has the unknown time zone 'Moon'",
    ],
    [
      'too many occurrences',
      event('DTSTART:20260101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=MINUTELY'),
      "x.ics: event '1' recurs too often, or never",
    ],
    [
      'a recurrence that never comes',
      event('DTSTART;VALUE=DATE:20260701', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'),
      "x.ics: event '1' recurs too often, or never",
    ],
    [
      'a recurrence of the clock that never comes',
      event(
        'DTSTART:20260701T000000Z',
        'DURATION:PT1S',
        'RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
      ),
      "x.ics: event '1' recurs too often, or never",
    ],
    [
      'too many events',
      file(
        ...Array.from({ length: 12 }, (_, uid) => [
          'BEGIN:VEVENT',
          `UID:${uid}`,
          'DTSTART;VALUE=DATE:20260101',
          'RRULE:FREQ=DAILY',
          'END:VEVENT',
        ]).flat(),
      ),
      'x.ics: has more than 20000 events up to five years ahead',
    ],
  ];
  it.each(mistakes)('with %s are a problem', (_, text, problem) => {
    const { problems } = load('domain: a.de\ncalendars: { it: x.ics }', { 'x.ics': text });
    expect(problems).toMatchObject([{ line: 2, column: 18 }]);
    expect(problems[0]?.message).toMatch(problem);
  });
});

describe('a calendar that runs out', () => {
  const warnings: [yaml: string, warning: string | undefined][] = [
    ['[2026-05-01]', 'this calendar ended on 2026-05-01'],
    ['[2026-12-01]', 'this calendar ends on 2026-12-01, in less than six months'],
    ['[2027-01-01]', undefined],
    ['x.ics', undefined],
  ];
  it.each(warnings)('%s', (yaml, warning) => {
    const { warnings } = load(`domain: a.de\ncalendars: { it: ${yaml} }`, {
      'x.ics': event('DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=YEARLY'),
    });
    expect(warnings.map(({ message }) => message)).toEqual(warning ? [warning] : []);
  });
});
