import { expect, test } from 'vitest';
import { tellingCalendars } from '../../functions/answer/calendars.ts';
import { createLog, type LogLine } from '../../functions/answer/log.ts';
import type { Calendar } from '../../functions/decide/model.ts';
import type { RuleReader } from '../../functions/store/reader.ts';
import { policy } from '../store/fixtures.ts';

const DAY = 86_400_000;
/** Noon of day 20,000 since 1970. */
const NOW = 20_000 * DAY + DAY / 2;

async function told(calendar: Calendar): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const served = { ...policy('example.com'), version: 1, calendars: { holidays: calendar } };
  const reader = { policy: async () => served } as unknown as RuleReader;
  const telling = tellingCalendars(
    reader,
    () => NOW,
    (line) => lines.push(line),
  );
  expect(await telling.policy('example.com')).toBe(served);
  return lines;
}

test.each<[string, Calendar, number | undefined]>([
  ['days, the last in 31', { days: [[20_031, 20_031]] }, undefined],
  [
    'days, the last in 29',
    {
      days: [
        [19_000, 19_000],
        [20_029, 20_029],
      ],
    },
    29,
  ],
  ['the last day is today', { days: [[20_000, 20_000]] }, 0],
  ['the last day was yesterday', { days: [[19_999, 19_999]] }, -1],
  ['ended long ago: it is meant so', { days: [[19_000, 19_000]] }, undefined],
  [
    'recurring events, written out for ten days more',
    { days: [], expandedUntil: NOW + 10 * DAY },
    10,
  ],
  ['an event in five days', { days: [], spans: [[NOW, NOW + 5 * DAY]] }, 5],
  ['an event of local time', { days: [], wall: [[0, (20_005 * DAY) / 60_000]] }, 4],
  ['no days at all', { days: [] }, undefined],
])('%s', async (_, calendar, daysLeft) => {
  expect(await told(calendar)).toEqual(
    daysLeft === undefined
      ? []
      : [{ event: 'calendar', domain: 'example.com', calendar: 'holidays', daysLeft }],
  );
});

test('it is a metric of the stage', () => {
  let text = '';
  const log = createLog('prod', false, (line) => {
    text = line;
  });
  log({ event: 'calendar', domain: 'example.com', calendar: 'holidays', daysLeft: 12 });
  expect(JSON.parse(text)).toMatchObject({
    Stage: 'prod',
    CalendarDaysLeft: 12,
    calendar: 'holidays',
    _aws: { CloudWatchMetrics: [{ Namespace: 'Divert', Dimensions: [['Stage']] }] },
  });
});
