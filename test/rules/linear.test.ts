import { expect, test } from 'vitest';
import { expandCalendar } from '../../functions/rules/calendars/ics.ts';
import { compile } from '../../functions/rules/compile.ts';
import { NOW } from './load.ts';

/** Work that grows with the square of this takes minutes, and the runner's time limit ends it. */
const LENGTH = 1 << 18;

/** Of calendars: each would take minutes if it were looked through anew for each of its lines. */
test.each([
  ['days of a rule', [`RRULE:FREQ=DAILY;COUNT=3;BYDAY=${'WE,TH,FR,'.repeat(LENGTH / 16)}`], 3],
  ['parts of a rule', [`RRULE:FREQ=DAILY;COUNT=3;${'BYDAY=WE,TH,FR;'.repeat(LENGTH / 16)}`], 3],
  ['exceptions', ['RRULE:FREQ=DAILY;COUNT=3', ...Array(LENGTH / 16).fill('EXDATE:20260702')], 2],
  ['additions', Array(LENGTH / 16).fill('RDATE:20260702'), 2],
  [
    'occurrences of their own',
    [
      'RRULE:FREQ=DAILY;COUNT=3',
      ...Array(LENGTH / 16).fill(
        'END:VEVENT\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260702\nDTSTART:20260702\nSTATUS:CANCELLED',
      ),
    ],
    2,
  ],
])('a calendar of so many %s is read in linear work', (_what, lines, count) => {
  const text = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:1', 'DTSTART:20260701', ...lines];
  const { days } = expandCalendar(`${text.join('\n')}\nEND:VEVENT\nEND:VCALENDAR`, NOW, {
    fault: () => {},
    leftOut: () => {},
  });
  expect(days).toHaveLength(count);
});

test.each([
  ['space', '\t'],
  ['dashes', '-'],
  ['a word and dashes', 'x-'],
  ['space and letters', ' to'],
  ['digits', '8'],
])('a schedule with nothing but %s in it is refused in linear work', (_what, unit) => {
  const text = `m${unit.repeat(LENGTH / unit.length)}x`;
  const schedules = { days: { days: text }, hours: { hours: text }, on: { on: text } };
  const { problems } = compile({ domain: 'example.com', schedules }, { now: NOW });
  expect(problems.map(({ pointer }) => pointer)).toEqual([
    '/schedules/days/days',
    '/schedules/hours/hours',
    '/schedules/on/on',
  ]);
});
