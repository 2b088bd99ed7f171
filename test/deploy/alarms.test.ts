import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate, type Sample } from './cloudwatch.ts';
import { packageService, resources, type Template } from './package.ts';

/*
 * Each alarm is seen to fire and to end, over made-up measurements that CloudWatch learns of late:
 * what is late looks like nothing, and a FILL makes a value of that.
 */

let template: Template;
beforeAll(async () => {
  template = (
    await packageService({ chimePeer: 'a'.repeat(64), silenceSeconds: 600, events: 'on' })
  ).template;
});

const MINUTE = 60;
const DAY = 86_400;
/** What was measured in one minute, by metric: so often, or so often and each of this value. */
type Minute = Readonly<Record<string, number | readonly [count: number, value: number]>>;

const calls: Minute = {
  'Divert/Decisions': 1200,
  'Divert/Degraded': [1200, 0],
  'Divert/LatencyMs': [1200, 6],
  'AWS/ApiGateway/Count': 1210,
  'AWS/ApiGateway/4xx': 4,
  'AWS/ApiGateway/5xx': [1200, 0],
  'AWS/Lambda/Invocations/route': 1200,
  'AWS/Lambda/Invocations/explain': 10,
  'AWS/Lambda/IteratorAge/changes': [2, 900],
};
const few: Minute = { 'Divert/Decisions': 30, 'Divert/LatencyMs': [30, 6] };

interface Case {
  readonly alarm: string;
  readonly what: string;
  /** Beside what is usual. */
  readonly wrong: Minute;
  readonly usual?: Minute;
  /** Instead of `wrong` on top: nothing at all is measured. */
  readonly silent?: true;
  /** Minutes for which it is wrong. */
  readonly lasts?: number;
  /** Minutes after the end in which the alarm ends. */
  readonly over?: number;
}

const CASES: readonly Case[] = [
  { alarm: 'DegradedAlarm', what: '2 % are degraded', wrong: { 'Divert/Degraded': 24 } },
  { alarm: 'RefusedKeysAlarm', what: '5 a minute', wrong: { 'Divert/RefusedKeys': 5 }, over: 30 },
  { alarm: 'SilenceAlarm', what: 'no decision', wrong: {}, silent: true, lasts: 20 },
  {
    alarm: 'ErrorsAlarm',
    what: 'one error of route',
    wrong: { 'AWS/Lambda/Errors/route': 1 },
    lasts: 1,
  },
  { alarm: 'ErrorsAlarm', what: 'one 5xx', wrong: { 'AWS/ApiGateway/5xx': 1 }, lasts: 1 },
  {
    alarm: 'ErrorsAlarm',
    what: 'an error, hardly a call',
    wrong: { 'AWS/Lambda/Errors/dialect': 1 },
    usual: {},
    lasts: 1,
  },
  {
    alarm: 'ThrottlesAlarm',
    what: 'one throttle',
    wrong: { 'AWS/Lambda/Throttles/dialect': 1 },
    lasts: 1,
  },
  { alarm: 'ChimeAlarm', what: 'one error', wrong: { 'AWS/Lambda/Errors/chime': 1 }, lasts: 1 },
  {
    alarm: 'ChangesAlarm',
    what: 'the stream is read six minutes late',
    wrong: { 'AWS/Lambda/IteratorAge/changes': [1, 360_000] },
    over: 25,
  },
  {
    alarm: 'ChangesAlarm',
    what: 'something was not told',
    wrong: { 'AWS/SQS/ApproximateNumberOfMessagesVisible/untold': 1 },
    over: 25,
  },
  { alarm: 'LatencyAlarm', what: 'one in fifty is slow', wrong: { 'Divert/LatencyMs': [24, 400] } },
  {
    alarm: 'SlowAlarm',
    what: 'a fifth is slow, few calls',
    wrong: { 'Divert/LatencyMs': [8, 400] },
    usual: few,
    lasts: 20,
    over: 30,
  },
  {
    alarm: 'TurnedAwayAlarm',
    what: '429 for 100 a minute',
    wrong: { 'AWS/ApiGateway/Count': 100, 'AWS/ApiGateway/4xx': 100 },
  },
  { alarm: 'RefusedShareAlarm', what: 'a fifth is 4xx', wrong: { 'AWS/ApiGateway/4xx': 240 } },
];

/** Wrong from the 30th minute. */
const START = 30;

function samplesOf({ wrong, usual = calls, silent, lasts = 10 }: Case, minutes: number): Sample[] {
  return Array.from({ length: minutes }, (_, minute) => {
    const isWrong = minute >= START && minute < START + lasts;
    const parts = isWrong ? (silent ? [] : [usual, wrong]) : [usual];
    return parts.flatMap((part) =>
      Object.entries(part).map(([metric, measured]) => {
        const [count, value] = typeof measured === 'number' ? [measured, 1] : measured;
        return { metric, at: minute * MINUTE + 1, count, value };
      }),
    );
  }).flat();
}

/** How late CloudWatch learns: at once, as usual, on a bad day. */
describe.each([0, 90, 170])('%i s late', (lag) => {
  test.each(CASES)('$alarm: $what', (given) => {
    const { alarm, lasts = 10, over = 12 } = given;
    const minutes = START + lasts + over + 10;
    const states = evaluate(template.Resources[alarm] as never, samplesOf(given, minutes), {
      lag,
      until: minutes * MINUTE,
    });
    // States are of the ends of minutes; what starts an evaluation of no data is not looked at.
    expect(states.slice(15, START)).toEqual(Array(START - 15).fill('OK'));
    expect(states.slice(START, START + lasts + 5)).toContain('ALARM');
    expect(states.slice(START + lasts + over)).toEqual(
      Array(minutes - START - lasts - over).fill('OK'),
    );
  });

  test('nothing fires on a usual day', () => {
    const usual: Case = { alarm: '', what: '', wrong: {} };
    for (const [name, alarm] of Object.entries(resources(template, 'AWS::CloudWatch::Alarm'))) {
      const states = evaluate(alarm, samplesOf(usual, 60), { lag, until: 3600 });
      expect(states.slice(15), name).not.toContain('ALARM');
    }
  });

  test('CalendarsAlarm: told once a day, until it is renewed', () => {
    const left = [28, 27, 26].map((value, day) => ({
      metric: 'Divert/CalendarDaysLeft',
      at: (day + 3) * DAY + 7 * 3600,
      value,
    }));
    const alarm = template.Resources.CalendarsAlarm as never;
    const states = evaluate(alarm, left, { lag, until: 10 * DAY });
    const daily = states.filter((_, minute) => minute % 1440 === 1439);
    expect(daily.slice(0, 3)).not.toContain('ALARM');
    expect(daily.slice(3, 7)).toContain('ALARM');
    expect(daily.slice(8)).toEqual(['OK', 'OK']);
  });
});

/** A round a day at seven; what it counts, by day; the days on which it fails count an error. */
describe.each([0, 170])('StaleCalendarsAlarm, %i s late', (lag) => {
  const told = (stale: readonly number[], metric = 'Divert/StaleCalendars') => {
    const samples = stale.map((value, day) => ({ metric, at: day * DAY + 7 * 3600, value }));
    const alarm = template.Resources.StaleCalendarsAlarm as never;
    return evaluate(alarm, samples, { lag, until: stale.length * DAY }).filter(
      (_, minute) => minute % 1440 === 1439,
    );
  };

  test.each([
    ['one is broken, and mended two days later', 'Divert/StaleCalendars'],
    ['a round fails', 'AWS/Lambda/Errors/calendars'],
  ])('%s', (_, metric) => {
    const states = told([0, 0, 0, 1, 1, 0, 0, 0, 0], metric);
    expect(states.slice(1, 3)).toEqual(['OK', 'OK']);
    expect(states.slice(3, 5)).toEqual(['ALARM', 'ALARM']);
    expect(states.slice(7)).toEqual(['OK', 'OK']);
  });

  test('nothing is wrong', () => {
    expect(told([0, 0, 0, 0, 0]).slice(1)).not.toContain('ALARM');
  });
});

test('one slow decision of few is no alarm', () => {
  const given: Case = { alarm: '', what: '', usual: few, wrong: { 'Divert/LatencyMs': [1, 900] } };
  for (const name of ['LatencyAlarm', 'SlowAlarm']) {
    const states = evaluate(template.Resources[name] as never, samplesOf(given, 60), {
      lag: 90,
      until: 3600,
    });
    expect(states, name).not.toContain('ALARM');
  }
});

test('each alarm is among the cases', () => {
  const names = Object.keys(resources(template, 'AWS::CloudWatch::Alarm'));
  const daily = ['CalendarsAlarm', 'StaleCalendarsAlarm'];
  expect([...new Set(CASES.map(({ alarm }) => alarm)), ...daily].sort()).toEqual(names.sort());
});

/** CloudWatch's user guide: with FILL, the newest point is always the filled one while metrics lag. */
test('an alarm that fills looks at several points', () => {
  for (const [name, { Properties }] of Object.entries(
    resources(template, 'AWS::CloudWatch::Alarm'),
  )) {
    if (!JSON.stringify(Properties.Metrics ?? '').includes('FILL')) continue;
    expect(Properties.EvaluationPeriods, name).toBeGreaterThan(1);
    expect(Properties.DatapointsToAlarm, name).toBeDefined();
  }
});
