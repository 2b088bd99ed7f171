import { describe, expect, test } from 'vitest';
import { PendingRequest } from '../../functions/answer/pending-request.ts';
import { plainPeer } from '../../functions/decide/call-context.ts';
import { documentReader, namesIn } from '../../functions/explain/document-reader.ts';
import { createExplainer, type Explanation } from '../../functions/explain/explain.ts';
import { localTime } from '../../functions/explain/local-time.ts';
import { loadSound } from '../rules/load.ts';

const loaded = loadSound(`domain: example.com
timezone: Europe/Berlin
country: DE
schedules: { office: { days: mon-fri, hours: "08:00-18:00" } }
subscribers:
  carol: {}
  bob:
    aliases: ["1002"]
    timezone: America/New_York
    rules:
      - { name: leave, when: always, from: 2026-12-01T00:00, until: 2026-12-24T00:00, forward: carol }
      - { name: desk, when: busy, schedule: office, forward: carol }
  dan: { rules: [{ name: closed, when: always, schedule: not office, reject: 480 }] }`);

const since = { version: 3, at: '2026-11-20T09:30:00.123Z', who: 'ann', from: 'cli' };

const explain = createExplainer({
  reader: documentReader([loaded]),
  readerAt: () => documentReader([loaded]),
  background: {
    changeOf: async ({ user }) => (user === undefined ? undefined : since),
    namesBeside: async (domain) => namesIn([loaded], domain),
  },
  now: () => Date.UTC(2026, 10, 27, 12),
  log: () => {},
});

function ask(user: string, more: object = {}): Promise<Explanation> {
  const body = {
    ...{ callId: '1', requestUri: `sip:${user}@example.com`, from: '<sip:a@example.net>;tag=1' },
    ...{ to: '<sip:bob@example.com>', ...more },
  };
  const peer = { ...plainPeer('edge', ['example.com']), explain: true };
  return explain(new PendingRequest(body, { peer }));
}

/** docs/semantics.md#explain. */
test.each<[dialled: string, called: object | undefined]>([
  ['bob', { dialled: 'bob', user: 'bob' }],
  ['BOB', { dialled: 'bob', user: 'bob' }],
  ['1002', { dialled: '1002', user: 'bob' }],
  ['bbob', { dialled: 'bbob', nearest: 'bob' }],
  ['carl', { dialled: 'carl', nearest: 'carol' }],
  ['somebody', { dialled: 'somebody' }],
  ['112', { dialled: '112' }],
])('who was called, where %s was dialled: %j', async (dialled, called) => {
  expect((await ask(dialled)).called).toEqual(called);
});

test.each<[user: string, outcome: number | undefined, at: string, before: object | undefined]>([
  ['bob', 486, '2026-12-02T00:00:00Z', { action: 'redirect', status: 302, rule: 'leave' }],
  ['bob', 486, '2026-12-01T04:59:59Z', undefined],
  ['bob', undefined, '2026-12-02T00:00:00Z', undefined],
  ['dan', 404, '2026-11-28T12:00:00Z', { action: 'reject', status: 480, rule: 'closed' }],
  ['dan', 404, '2026-11-27T12:00:00Z', undefined],
])('what decides before %s can answer %s, at %s: %j', async (user, status, at, before) => {
  const explained = await ask(user, { at, ...(status && { outcome: { status } }) });
  expect(explained.before).toEqual(before && { ...before, layer: 'subscriber' });
});

describe('of the rules that decided', () => {
  test('which version, by whom, since when on the wall clock of the called user', async () => {
    const { at, timezone, rules } = await ask('bob');
    expect([at, timezone]).toEqual(['2026-11-27T07:00:00-05:00', 'America/New_York']);
    expect(rules).toEqual({
      policy: { version: loaded.policy.version },
      subscriber: { version: 0, since: '2026-11-20T04:30:00-05:00', who: 'ann', from: 'cli' },
    });
  });

  test('times on the same wall clock, and what keeps a schedule from holding', async () => {
    const conditions = (explained: Explanation, rule: string) =>
      explained.considered.find((seen) => seen.rule === rule)?.conditions;
    expect(conditions(await ask('bob'), 'leave')).toEqual([
      { condition: 'when', value: ['always'], held: true },
      { condition: 'from', value: '2026-12-01T00:00:00-05:00', held: false },
      { condition: 'until', value: '2026-12-24T00:00:00-05:00', held: true },
    ]);
    const busy = await ask('bob', { outcome: { status: 486 } });
    expect(conditions(busy, 'desk')).toContainEqual({
      ...{ condition: 'schedule', value: 'office', held: false },
      missed: [[{ part: 'hours', value: '08:00-18:00' }]],
    });
  });
});

/** RFC 3339 §5.6. */
test.each([
  ['2026-12-24T17:00:00Z', 'Europe/Berlin', '2026-12-24T18:00:00+01:00'],
  ['2026-07-01T12:00:05Z', 'Asia/Kolkata', '2026-07-01T17:30:05+05:30'],
  ['2026-07-01T01:00:00Z', 'America/St_Johns', '2026-06-30T22:30:00-02:30'],
  ['2026-07-01T01:00:00Z', 'UTC', '2026-07-01T01:00:00+00:00'],
])('%s in %s is %s', (at, zone, local) => {
  expect(localTime(Date.parse(at), zone)).toBe(local);
});
