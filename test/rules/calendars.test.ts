import { describe, expect, test } from 'vitest';
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
  test.each(dates.filter(([yaml]) => yaml !== '[]'))('%s', (yaml, days) => {
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
  test.each(cases)('%s', (_, text, calendar) => {
    expect(ics(text)).toEqual(calendar);
  });

  test('that recur without end are expanded at least five years ahead', () => {
    const calendar = ics(event('DTSTART;VALUE=DATE:20001225', 'RRULE:FREQ=YEARLY'));
    expect(calendar?.days).toEqual(
      [2025, 2026, 2027, 2028, 2029, 2030, 2031].map((year) => [
        day(`${year}-12-25`),
        day(`${year}-12-25`),
      ]),
    );
    expect(calendar?.expandedUntil).toBeGreaterThanOrEqual(NOW + 5 * 365.25 * DAY);
  });

  test('are read together with dates, and several calendars in one file', () => {
    const one = (date: string): string => event(`DTSTART;VALUE=DATE:${date}`);
    expect(
      calendarOf('[2026-07-03, x.ics]', { 'x.ics': one('20260701') + one('20260702') }),
    ).toEqual({ days: [[day('2026-07-01'), day('2026-07-03')]] });
  });

  test('lie beside the document that names them', () => {
    const text = event('DTSTART;VALUE=DATE:20260701');
    const { calendars } = loadSound(
      { 'rules/a.yaml': 'domain: a.de\ncalendars: { it: sub/x.ics }' },
      { 'rules/sub/x.ics': text },
    );
    expect(calendars).toEqual({ 'sub/x.ics': text });
  });

  const mistakes: [what: string, text: string, problem: string | RegExp][] = [
    ['no calendar', 'hello', 'x.ics: is no iCalendar file'],
    ['nothing', '', 'x.ics: is no iCalendar file'],
    ['another component', 'BEGIN:VEVENT\r\nEND:VEVENT', 'x.ics: is no iCalendar file'],
    ['no start', event('SUMMARY:Party'), "x.ics: event 'Party' has no DTSTART, in line 4"],
    [
      'an unknown zone',
      event('DTSTART;TZID=Moon:20260701T120000', 'DURATION:PT1H'),
      "x.ics: event '1' has the unknown time zone 'Moon', in line 6",
    ],
    [
      'too many occurrences',
      event('DTSTART:20260101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=MINUTELY'),
      'x.ics: has more than 20000 events up to five years ahead',
    ],
    [
      'a recurrence that never comes',
      event('DTSTART;VALUE=DATE:20260701', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'),
      "x.ics: event '1' in line 4 recurs too often, or never",
    ],
    [
      'a recurrence of the clock that never comes',
      event(
        'DTSTART:20260701T000000Z',
        'DURATION:PT1S',
        'RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
      ),
      "x.ics: event '1' in line 4 recurs too often, or never",
    ],
    [
      'a recurrence that is looked for too long',
      event('DTSTART:19700101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY;COUNT=99999999'),
      "x.ics: event '1' in line 4 recurs too often, or never",
    ],
    [
      'an interval beyond any calendar',
      event('DTSTART;VALUE=DATE:20260701', 'RRULE:FREQ=WEEKLY;INTERVAL=88888888888'),
      'x.ics: has a rule in line 7 with INTERVAL=88888888888, which must be from 1 to 10000',
    ],
    [
      'no interval',
      event('DTSTART;VALUE=DATE:20260701', 'RRULE:FREQ=WEEKLY;INTERVAL=0'),
      'x.ics: has a rule in line 7 with INTERVAL=0, which must be from 1 to 10000',
    ],
    [
      'an event that does not end',
      event('DTSTART:20260701T000000Z', 'DURATION:P77777777777777W'),
      "x.ics: event '1' in line 7 lasts longer than a century",
    ],
    [
      'a zone whose clocks change every second',
      file(
        'BEGIN:VTIMEZONE',
        'TZID:Restless',
        'BEGIN:STANDARD',
        'DTSTART:19700101T000000',
        'RRULE:FREQ=SECONDLY',
        'TZOFFSETFROM:+0200',
        'TZOFFSETTO:+0100',
        'END:STANDARD',
        'END:VTIMEZONE',
        ...['BEGIN:VEVENT', 'UID:1', 'DTSTART;TZID=Restless:20260701T120000', 'DURATION:PT1H'],
        'END:VEVENT',
      ),
      'x.ics: has a VTIMEZONE in line 4 of too many changes',
    ],
    [
      'more time zones than there are',
      file(
        ...Array.from({ length: 700 }, (_, n) => [
          'BEGIN:VEVENT',
          `DTSTART;TZID="(UTC+01:00) Nowhere ${n}, Elsewhere":20260701T120000`,
          'END:VEVENT',
        ]).flat(),
      ),
      'x.ics: has too many time zones',
    ],
    [
      'a zone with a name that goes on',
      event(`DTSTART;TZID="(UTC+01:00) ${'Here, '.repeat(20_000)}":20260701T120000`),
      /^x\.ics: event '1' has the unknown time zone '.{60}', in line 6$/,
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
  test.each(mistakes)('with %s are a problem', (_, text, problem) => {
    const { problems } = load('domain: a.de\ncalendars: { it: x.ics }', { 'x.ics': text });
    expect(problems).toMatchObject([{ line: 2, column: 18 }]);
    expect(problems[0]?.message).toMatch(problem);
  });

  test('may be long over: what is kept is counted', () => {
    const text = event('DTSTART;VALUE=DATE:19300101', 'RRULE:FREQ=DAILY;UNTIL=20260103');
    expect(ics(text)?.days).toEqual([[day('2025-01-01'), day('2026-01-03')]]);
  });
});

const holiday = (...lines: string[]): string => event('SUMMARY:Ferien', ...lines);
const ALL_DAY = 'DTSTART;VALUE=DATE:20260803';

describe('of an .ics file as programs write them', () => {
  const days = (...dates: string[]) => ({ days: dates.map((date) => [day(date), day(date)]) });
  const hour = (...starts: string[]) => ({
    days: [],
    spans: starts.map((start) => [at(`${start}Z`), at(`${start}Z`) + 3_600_000]),
  });
  const kinds: [what: string, text: string, calendar: object, leftOut?: string[]][] = [
    ['a byte order mark is passed over', `\uFEFF${holiday(ALL_DAY)}`, days('2026-08-03')],
    ['a date needs no VALUE=DATE', holiday('DTSTART:20260803'), days('2026-08-03')],
    ['names are read in any case', holiday(ALL_DAY).toLowerCase(), days('2026-08-03')],
    [
      'empty rules and dates are none',
      holiday(ALL_DAY, 'RRULE:', 'RDATE:', 'EXDATE:'),
      days('2026-08-03'),
    ],
    [
      'a property that nobody asks about may say anything',
      holiday('GEO:here', 'DTSTAMP:yesterday', 'X-A;B="c:d', ALL_DAY),
      days('2026-08-03'),
      ['x.ics:9: is no property'],
    ],
    [
      'an event that cannot be read is left out, the others count',
      file(
        ...['BEGIN:VEVENT', 'SUMMARY:Umzug', 'DTSTART:soon', 'END:VEVENT'],
        ...['BEGIN:VEVENT', ALL_DAY, 'END:VEVENT'],
      ),
      days('2026-08-03'),
      ["x.ics:6: event 'Umzug' has a DTSTART that is no time: 'soon'"],
    ],
    [
      'an RDATE may be a period with a length of its own',
      holiday(
        'DTSTART:20260803T080000Z',
        'DURATION:PT1H',
        'RDATE;VALUE=PERIOD:20260804T080000Z/20260804T090000Z,20260805T080000Z/PT1H',
      ),
      hour('2026-08-03T08:00', '2026-08-04T08:00', '2026-08-05T08:00'),
    ],
    [
      'DTSTART counts beside RDATE, which is brought to its zone',
      holiday('DTSTART;TZID=Asia/Tokyo:20260803T090000', 'DURATION:PT1H', 'RDATE:20260804T000000Z'),
      hour('2026-08-03T00:00', '2026-08-04T00:00'),
    ],
    ...[
      '/Asia/Tokyo',
      '/example.org/2026a_1/Asia/Tokyo',
      'Tokyo Standard Time',
      '"(UTC+09:00) Osaka, Sapporo, Tokyo"',
      '(UTC+09:00) Osaka, Sapporo, Tokyo',
      'asia/tokyo',
      'TOKYO standard time',
      'UTC+09:00',
      'GMT+0900',
      '+09:00',
    ].map((tzid): [string, string, object] => [
      `the zone ${tzid} is known`,
      holiday(`DTSTART;TZID=${tzid}:20260803T090000`, 'DURATION:PT1H'),
      hour('2026-08-03T00:00'),
    ]),
    [
      'a name may have a colon, though the standard wants it quoted',
      holiday('DTSTART;TZID=tzone://Microsoft/Utc:20260803T000000', 'DURATION:PT1H'),
      hour('2026-08-03T00:00'),
    ],
    [
      'midnight may be the end of its day',
      holiday('DTSTART:20260803T230000Z', 'DTEND:20260803T240000Z'),
      hour('2026-08-03T23:00'),
    ],
    [
      'a rule may have spaces, a last comma and SKIP=OMIT (RFC 7529 §4.1)',
      holiday(ALL_DAY, 'RRULE: freq=weekly; byday=mo, we,; skip=omit; rscale=gregorian; count=3'),
      days('2026-08-03', '2026-08-05', '2026-08-10'),
    ],
    [
      'a display name may abridge the name of Windows',
      holiday(
        'DTSTART;TZID="(UTC-07:00) Mountain Time (US & Canada)":20260803T090000',
        'DURATION:PT1H',
      ),
      hour('2026-08-03T15:00'),
    ],
    [
      'a zone of the IANA database is as that says, whatever VTIMEZONE says',
      file(
        ...BERLIN.map((line) => line.replace('Custom Berlin', 'America/Sao_Paulo')),
        ...['BEGIN:VEVENT', 'UID:1', 'DTSTART;TZID=America/Sao_Paulo:20261224T090000'],
        ...['DURATION:PT1H', 'END:VEVENT'],
      ),
      hour('2026-12-24T12:00'),
    ],
    [
      'DTEND may be in another zone',
      holiday('DTSTART;TZID=Asia/Tokyo:20260803T090000', 'DTEND:20260803T010000Z'),
      hour('2026-08-03T00:00'),
    ],
    [
      'EXDATE in UTC takes out what it means',
      holiday(
        'DTSTART;TZID=Asia/Tokyo:20260803T090000',
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY;COUNT=3',
        'EXDATE:20260804T000000Z',
      ),
      hour('2026-08-03T00:00', '2026-08-05T00:00'),
    ],
    [
      'EXDATE with a time takes out the day it is written for',
      holiday(ALL_DAY, 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE;TZID=Asia/Tokyo:20260804T000000'),
      {
        days: [
          [day('2026-08-03'), day('2026-08-03')],
          [day('2026-08-05'), day('2026-08-05')],
        ],
      },
    ],
    [
      'EXDATE that matches nothing is told, once for each, and twice is as once',
      holiday(ALL_DAY, 'RRULE:FREQ=DAILY;COUNT=2', 'EXDATE;VALUE=DATE:20260804,20260804,20260901'),
      days('2026-08-03'),
      ["x.ics:9: event 'Ferien': an EXDATE is none of its occurrences"],
    ],
    [
      'a RECURRENCE-ID in another zone moves what it means',
      file(
        ...['BEGIN:VEVENT', 'UID:1', 'DTSTART;TZID=Asia/Tokyo:20260803T090000', 'DURATION:PT1H'],
        ...['RRULE:FREQ=DAILY;COUNT=2', 'END:VEVENT', 'BEGIN:VEVENT', 'UID:1'],
        ...['RECURRENCE-ID:20260804T000000Z', 'DTSTART:20260810T000000Z', 'DURATION:PT1H'],
        'END:VEVENT',
      ),
      hour('2026-08-03T00:00', '2026-08-10T00:00'),
    ],
    [
      'UNTIL without zone is of the zone of DTSTART',
      holiday(
        'DTSTART;TZID=Asia/Tokyo:20260803T090000',
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY;UNTIL=20260804T090000',
      ),
      hour('2026-08-03T00:00', '2026-08-04T00:00'),
    ],
    [
      'UNTIL as a day lets that day pass',
      holiday('DTSTART:20260803T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;UNTIL=20260804'),
      hour('2026-08-03T10:00', '2026-08-04T10:00'),
    ],
    [
      'a COUNT below 1 leaves DTSTART',
      holiday(ALL_DAY, 'RRULE:FREQ=DAILY;COUNT=0'),
      days('2026-08-03'),
      ["x.ics:8: event 'Ferien': its RRULE has COUNT=0; it counts once"],
    ],
    [
      'weeks are those of the year, from WKST on',
      holiday('DTSTART;VALUE=DATE:20260803', 'RRULE:FREQ=YEARLY;BYWEEKNO=32;BYDAY=MO;COUNT=2'),
      days('2026-08-03', '2027-08-09'),
    ],
    [
      'the 29th of February comes in leap years',
      holiday('DTSTART;VALUE=DATE:20240229', 'RRULE:FREQ=YEARLY;COUNT=2'),
      days('2028-02-29'),
    ],
    [
      'cancelled is so in any case, and METHOD:CANCEL cancels',
      [
        file(...['BEGIN:VEVENT', 'UID:1', 'STATUS:cancelled', ALL_DAY, 'END:VEVENT']),
        file('METHOD:CANCEL', ...['BEGIN:VEVENT', 'UID:2', ALL_DAY, 'END:VEVENT']),
        file(...['BEGIN:VEVENT', 'UID:2', ALL_DAY, 'END:VEVENT']),
        file(...['BEGIN:VEVENT', 'UID:3', 'DTSTART:20260804', 'END:VEVENT']),
      ].join(''),
      days('2026-08-04'),
    ],
    [
      'a later SEQUENCE replaces what was before it',
      file(
        ...['BEGIN:VEVENT', 'UID:1', 'SEQUENCE:2', 'DTSTART:20260810', 'END:VEVENT'],
        ...['BEGIN:VEVENT', 'UID:1', 'SEQUENCE:1', 'DTSTART:20260803', 'END:VEVENT'],
      ),
      days('2026-08-10'),
    ],
    [
      'what an alarm has is not the event’s',
      holiday(ALL_DAY, 'BEGIN:VALARM', 'DURATION:P9D', 'TRIGGER:-PT5M', 'END:VALARM'),
      days('2026-08-03'),
    ],
    [
      'RANGE moves one occurrence, and that is told',
      file(
        ...['BEGIN:VEVENT', 'UID:1', ALL_DAY, 'RRULE:FREQ=DAILY;INTERVAL=7;COUNT=3', 'END:VEVENT'],
        ...['BEGIN:VEVENT', 'UID:1', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260810'],
        ...['DTSTART:20260811', 'END:VEVENT'],
      ),
      days('2026-08-03', '2026-08-11', '2026-08-17'),
      ["x.ics:11: event '1': RANGE is not supported: only this occurrence is moved"],
    ],
    [
      'a rule with what is not known counts once',
      holiday(ALL_DAY, 'RRULE:FREQ=DAILY;BYMOON=3'),
      days('2026-08-03'),
      ["x.ics:8: event 'Ferien': its RRULE has BYMOON=3, which is not supported; it counts once"],
    ],
  ];
  test.each(kinds)('%s', (_, text, calendar, leftOut = []) => {
    const loaded = load('domain: a.de\ncalendars: { it: x.ics }', { 'x.ics': text });
    expect(loaded.problems).toEqual([]);
    expect(loaded.policy.calendars.it).toEqual({ days: [], ...calendar });
    const told = loaded.warnings.map(({ message }) => message).filter((m) => m.startsWith('x.ics'));
    expect(told).toEqual(leftOut);
  });

  test('check tells how many events there are, and from when to when', () => {
    const text = holiday(ALL_DAY, 'RRULE:FREQ=MONTHLY;COUNT=3');
    const { notes } = load('domain: a.de\ncalendars: { it: x.ics }', { 'x.ics': text });
    expect(notes).toMatchObject([
      { line: 2, message: 'x.ics: 3 events from 2026-08-03 to 2026-10-03' },
    ]);
  });
});

describe('a calendar that runs out', () => {
  const warnings: [yaml: string, warning: string | undefined][] = [
    ['[2026-05-01]', 'this calendar ended on 2026-05-01'],
    ['[2026-12-01]', 'this calendar ends on 2026-12-01, in less than six months'],
    ['[2027-01-01]', undefined],
    ['x.ics', undefined],
  ];
  test.each(warnings)('%s', (yaml, warning) => {
    const { warnings } = load(`domain: a.de\ncalendars: { it: ${yaml} }`, {
      'x.ics': event('DTSTART;VALUE=DATE:20200101', 'RRULE:FREQ=YEARLY'),
    });
    expect(warnings.map(({ message }) => message)).toEqual(warning ? [warning] : []);
  });
});
