import { expect, test } from 'vitest';
import { callQuery } from '../../functions/admin/call-query.ts';
import { type LoggedEvent, parseQuery, runQuery } from '../../infra/local/logs-query.ts';

/**
 * The query language of CloudWatch Logs Insights as its user guide describes it: commands between
 * pipes, texts in quotes of either kind, fields of other characters in backticks.
 */

const event = (at: number, json: object): LoggedEvent => ({
  timestamp: at,
  message: JSON.stringify(json),
  json,
});
const EVENTS = [
  event(1000, { event: 'decision', domain: 'a.example', who: { name: 'ann' }, n: 1 }),
  event(3000, { event: 'decision', domain: 'a.example', 'odd-name': "x | y and 'z'", n: 3 }),
  event(2000, { event: 'refused', domain: 'a.example', n: 2 }),
];

test.each([
  ['fields n', ['1', '3', '2']],
  ['fields n | sort n desc', ['3', '2', '1']],
  ['fields n | sort @timestamp', ['1', '2', '3']],
  ['fields n | filter event = "decision" and domain = \'a.example\' | sort n', ['1', '3']],
  ['fields n | filter event = "decision" | filter who.name = "ann"', ['1']],
  ['fields n | filter `odd-name` = "x | y and \'z\'"', ['3']],
  ['fields n\n| filter event = "decision"\n| sort @timestamp desc\n| limit 1', ['3']],
  ['fields n | filter event = "Decision"', []],
])('%j', (query, found) => {
  const rows = runQuery(parseQuery(query), EVENTS);
  expect(rows.map(([cell]) => cell?.value)).toEqual(found);
});

test.each([
  'filter event like /x/',
  'filter event = decision',
  'filter odd-name = "x"',
  'filter odd_name = "x"',
  'filter event = "a\\"b"',
  'limit 10001',
  'stats count(*)',
])('refuses what is not used: %s', (query) => {
  expect(() => parseQuery(query)).toThrow(
    expect.objectContaining({ name: 'MalformedQueryException' }),
  );
});

test('is what calls are looked for with: one domain, newest first', () => {
  const text = callQuery({ domain: 'a.example', called: '0123456789abcdef01234567' });
  expect(parseQuery(text)).toEqual({
    fields: ['@timestamp', '@message'],
    equal: [
      ['event', 'decision'],
      ['domain', 'a.example'],
      ['calledHash', '0123456789abcdef01234567'],
    ],
    sort: { field: '@timestamp', descending: true },
    limit: 500,
  });
  expect(() => callQuery({ domain: 'a.example" or domain = "b.example' })).toThrow(TypeError);
});

test('gives a time as the service writes it', () => {
  const [row] = runQuery(parseQuery('fields @timestamp, @message'), EVENTS);
  expect(row).toEqual([
    { field: '@timestamp', value: '1970-01-01 00:00:01.000' },
    { field: '@message', value: EVENTS[0]?.message },
  ]);
});
