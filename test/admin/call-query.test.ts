import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type CallFilter, callQuery, MOST_CALLS } from '../../functions/admin/call-query.ts';
import { createLog, type DecisionLine } from '../../functions/answer/log.ts';
import { searchKeyObject } from '../../functions/store/search-hash.ts';
import { parseQuery, runQuery } from '../../infra/local/logs-query.ts';
import { judge } from './insights-grammar.ts';

/** docs/admin-api.md#finding-calls: what is asked of Logs Insights is what its guide documents. */

describe('the grammar of the guide', () => {
  // Its own examples.
  test.each([
    'fields `foo-bar`, action',
    'filter (duration>2000)',
    'fields f1, f2 | filter (f1=10 or f3>25)',
    'fields f1 | filter statusCode like /2\\d\\d/',
    'stats avg (f1) by f2',
    'fields f1, f2 | sort @timestamp desc | limit 25',
    'fields f1, f2, f3 | filter f1 like "Exception"',
    "fields f1 | filter f1 =~ /^(?i)Exception$/ and f2 != 'x'",
    'fields @timestamp, @message\n| filter (range>3000 and accountId=123456789012)\n| limit 20',
    'stats count(*) by bin(5m)',
  ])('has %s', (query) => judge(query));

  test.each([
    ['a field with a hyphen or an underscore', 'filter foo-bar = "x"'],
    ['the same', 'filter foo_bar = "x"'],
    ['a text without quotes', 'filter event = decision'],
    ['a text that ends nowhere', 'filter event = "decision'],
    ['a quote that is escaped, which the guide does not tell', 'filter event = "a\\"b"'],
    ['two comparisons without a word between', 'filter a = "x" b = "y"'],
    ['a sign of other languages', 'filter a == "x"'],
    ['the same', 'filter a = "x" && b = "y"'],
    ['more than all', 'limit 10001'],
    ['none', 'limit 0'],
    ['a command of its own', 'fields a | head 5'],
    ['a pipe at the end', 'fields a |'],
    ['nothing', ''],
    ['a function that there is not', 'filter exists(a)'],
    ['one without its argument', 'filter ispresent()'],
  ])('has not: %s', (_, query) => {
    expect(() => judge(query)).toThrow(SyntaxError);
  });
});

const HASH = '0123456789abcdef01234567';
const FILTERS: CallFilter[] = ['example.com', 'xn--bcher-kva.example'].flatMap((domain) =>
  [{}, { called: HASH }, { caller: HASH, callId: HASH }].map((more) => ({ domain, ...more })),
);

describe('the query for calls', () => {
  test.each(FILTERS)('%j', (filter) => {
    const query = callQuery(filter);
    judge(query);
    // The local log answers the same query.
    const { equal, limit } = parseQuery(query);
    const { domain, called, caller, callId } = filter;
    const wanted = Object.entries({
      event: 'decision',
      domain,
      calledHash: called,
      callerHash: caller,
      callIdHash: callId,
    });
    expect(equal).toEqual(wanted.filter(([, value]) => value !== undefined));
    expect(limit).toBe(MOST_CALLS);
  });

  test.each(['a" or domain = "b', "a' or '", 'a|b', 'a\\', '', 'a\n| fields b'])(
    'lets nothing in that is no name: %j',
    (domain) => {
      expect(() => callQuery({ domain })).toThrow(TypeError);
      expect(() => callQuery({ domain: 'a.example', called: domain })).toThrow(TypeError);
    },
  );
});

/** User guide, "Fields in JSON logs": by the path of each value, in arrays by its position. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, part]) =>
    fieldsOf(part, path === '' ? name : `${path}.${name}`),
  );
}

/** Of a line Logs Insights extracts so many; later editions of that page say 200. */
const MOST_FIELDS = 100;

test('a line with everything in it has no field that Logs Insights leaves out', () => {
  let text = '';
  const many = Array.from({ length: 200 }, (_, i) => `+4930${1_000_000 + i}`);
  const line: Required<Omit<DecisionLine, 'cause'>> = {
    ...{ event: 'decision', decisionId: 'd', callId: 'c', peer: 'sbc', domain: 'example.com' },
    ...{ caller: '+491715551234', called: 'bob', dialled: '1002', outcome: 302 },
    ...{ targets: many.slice(0, 10), dropped: many.map((target) => ({ target, why: 'denied' })) },
    ...{ action: 'redirect', status: 302, rule: 'r', layer: 'subscriber', trigger: 'deflected' },
    ...{ rulesVersion: 1, policyVersion: 1, rules: 'read', badToken: true },
    ...{ durationMs: 1, storeMs: 1, initMs: 200 },
    searchKey: searchKeyObject({ secret: Buffer.alloc(32, 3).toString('base64') }),
  };
  createLog('prod', false, (written) => {
    text = written;
  })(line);
  const json = JSON.parse(text);
  const fields = fieldsOf(json);
  expect(fields.length).toBeLessThanOrEqual(MOST_FIELDS);
  expect(json).toMatchObject({ droppedInAll: 200 });
  // And what is looked for stands before what may be long.
  const first = fields.findIndex((field) => field.startsWith('targets.'));
  for (const name of ['event', 'domain', 'calledHash', 'callerHash', 'callIdHash']) {
    expect(fields.indexOf(name), name).toBeLessThan(first);
    expect(fields, name).toContain(name);
  }
  const timestamp = json._aws.Timestamp;
  const query = callQuery({ domain: 'example.com', called: json.calledHash });
  expect(runQuery(parseQuery(query), [{ timestamp, message: text, json }])).toHaveLength(1);
});

describe('what documents tell to ask the log', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const queries = globSync('docs/*.md', { cwd: root }).flatMap((file) => {
    const text = readFileSync(root + file, 'utf8');
    const blocks = [...text.matchAll(/```\n(fields @[^`]*)```/g)].map(([, query = '']) => query);
    const parts = [...text.matchAll(/`(filter [^`]+)`/g)].map(([, query = '']) => query);
    return [...blocks, ...parts].map((query) => [file, query.replaceAll(/\s+/g, ' ')] as const);
  });

  test('there are some', () => expect(queries.length).toBeGreaterThan(5));

  test.each(queries)('%s: %s', (_, query) => judge(query));
});
