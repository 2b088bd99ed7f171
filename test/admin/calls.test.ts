import type { createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallLog } from '../../functions/admin/call-log.ts';
import { createLog, type DecisionLine } from '../../functions/answer/log.ts';
import { type LogsInsights, logsInsightsIn } from '../../functions/aws/logs-insights.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { addSearched } from '../../functions/store/search-budget.ts';
import { searchKeyObject } from '../../functions/store/search-hash.ts';
import { type LogFile, openLogFile } from '../../infra/local/log-file.ts';
import { serveLogs } from '../../infra/local/logs-api.ts';
import { startTable } from '../store/fixtures.ts';
import {
  admin,
  type Call,
  call,
  DOCUMENT,
  helpdesk,
  install,
  installPeer,
  self,
} from './fixtures.ts';

/** docs/admin-api.md#finding-calls: found by hash, told masked, in the asker's domains alone. */

let table: Awaited<ReturnType<typeof startTable>>;
let log: LogFile;
let logs: Awaited<ReturnType<typeof serveLogs>>;
let callLog: CallLog;
let searchKey: ReturnType<typeof createSecretKey>;
beforeAll(async () => {
  table = await startTable();
  // An hour ago: subscribers see calls since their record was made.
  const before = { ...table, now: () => Date.now() - 3_600_000 };
  await install(before, DOCUMENT);
  await install(
    before,
    DOCUMENT.replace('domain: example.com', 'domain: example.net').replaceAll(
      '@example.com',
      '@example.net',
    ),
  );
  await installPeer(table, { name: 'sbc', domains: ['example.com'] } as never);
  const key = await sdkReader(table.client, table.name).searchKey?.();
  searchKey = searchKeyObject(key as NonNullable<typeof key>);
});
afterAll(() => table.database.stop());

const local = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
beforeEach(async () => {
  log = openLogFile(undefined);
  logs = await serveLogs(log);
  const region = logsInsightsIn(
    { ...local, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.endpoint },
    'eu-west-1',
  );
  callLog = {
    for: 'all',
    groups: ['g'],
    regions: new Map([['eu-west-1', region]]),
    bytesADay: 1e12,
  };
  return logs.stop;
});

let calls = 0;
/** A decision's line, as a function writes it; of a second ago. */
function logged(line: Partial<DecisionLine>, numbers = false, at = Date.now() - 1000): void {
  calls += 1;
  const write = createLog('prod', numbers, (text) => {
    log.append(text.trim().replace(/"Timestamp":\d+/, `"Timestamp":${at}`));
  });
  write({
    ...{ event: 'decision', decisionId: `d${calls}`, callId: `c${calls}`, peer: 'sbc' },
    ...{ domain: 'example.com', caller: 'alice@example.com', called: 'bob', dialled: 'bob' },
    ...{ action: 'continue', rules: 'read', rulesVersion: 1, policyVersion: 1 },
    ...{ badToken: false, durationMs: 1, storeMs: 1, searchKey },
    ...line,
  });
}

const D = '/v1/domains/example.com';
const get = (query = '', options: Call = {}) =>
  call(table, `GET ${D}/calls${query && `?${query}`}`, {
    ...{ as: admin('example.com'), callLog },
    ...options,
  });
const ids = async (query = '', options: Call = {}): Promise<string[]> => {
  const { status, body } = await get(query, options);
  expect([status, body.complete]).toEqual([200, true]);
  return body.items.map(({ callId }: { callId: string }) => callId);
};

describe('calls', () => {
  test.each([
    ['', ['4', '3', '2', '1']],
    ['user=bob', ['3', '1']],
    ['user=1002', ['3', '1']],
    ['user=030-1234567', ['3', '1']],
    ['user=%2B4989555', ['4']],
    ['caller=alice', ['1']],
    ['caller=sip:alice@example.com', ['1']],
    ['caller=0171%205551234', ['3', '2']],
    ['caller=anonymous', ['4']],
    ['user=bob&caller=%2B491715551234', ['3']],
    ['callId=2', ['2']],
    ['callId=none', []],
  ])('are found by ?%s', async (query, found) => {
    const start = Date.now() - 10_000;
    logged({ callId: '1' }, false, start);
    logged({ callId: '2', called: 'carol', caller: '+491715551234' }, false, start + 1);
    logged({ callId: '3', dialled: '1002', caller: '+491715551234' }, false, start + 2);
    logged(
      { callId: '4', called: '+4989555', dialled: '+4989555', caller: 'anonymous' },
      false,
      start + 3,
    );
    logged({ callId: 'other', domain: 'example.net' }, false, start + 4);
    log.append('{"level":"info","event":"refused","domain":"example.com"}');
    expect(await ids(query)).toEqual(found);
  });

  test('are told as the line tells them: masked unless the deployment shows numbers', async () => {
    const line = {
      ...{ caller: '+491715551234', outcome: 486, action: 'redirect', status: 302 },
      ...{ rule: 'busy-to-carol', layer: 'subscriber', trigger: 'busy' },
      ...{ targets: ['carol@example.com'], dropped: [{ target: '+4930765432', why: 'deny' }] },
    } as unknown as Partial<DecisionLine>;
    logged({ ...line, callId: 'masked' });
    logged({ ...line, callId: 'shown' }, true);
    const { body } = await get();
    const [masked, shown] = ['masked', 'shown'].map((id) =>
      body.items.find(({ callId }: { callId: string }) => callId === id),
    );
    expect(masked).toMatchObject({
      ...{ peer: 'sbc', called: 'bob', outcome: 486, action: 'redirect', status: 302 },
      ...{ caller: '+49*******34'.replace('*******', '********'), rule: 'busy-to-carol' },
      ...{ rulesVersion: 1, policyVersion: 1, rules: 'read' },
    });
    expect(JSON.stringify(masked)).not.toContain('1715551234');
    expect(shown.caller).toBe('+491715551234');
    // What a line has beside is for nobody.
    expect(JSON.stringify(body)).not.toMatch(/Hash|durationMs|_aws/);
  });

  test('are of the last hour, or of a day at most', async () => {
    const now = Date.now();
    logged({ callId: 'old' }, false, now - 2 * 3_600_000);
    logged({ callId: 'new' }, false, now - 1000);
    expect(await ids()).toEqual(['new']);
    const from = new Date(now - 23 * 3_600_000).toISOString();
    expect(await ids(`from=${from}`)).toEqual(['new', 'old']);
    const to = new Date(now - 3_600_000).toISOString();
    expect(await ids(`from=${from}&to=${to}`)).toEqual(['old']);
    const { body } = await get(`from=${from}&to=${to}`);
    expect(body.searched).toEqual({ from, to });
  });

  test('come in pages, each call once', async () => {
    for (let i = 0; i < 5; i++)
      logged({ callId: `p${i}`, decisionId: `e${i % 4}` }, false, Date.now() - 5000 + i);
    const seen: string[] = [];
    let next = '';
    do {
      const { body } = await get(`limit=3${next && `&cursor=${next}`}`);
      seen.push(...body.items.map(({ decisionId }: { decisionId: string }) => decisionId));
      next = body.next ?? '';
    } while (next);
    expect(seen.sort()).toEqual(['e0', 'e1', 'e2', 'e3']);
  });

  test.each([
    ['from=yesterday', 400],
    ['from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:01Z', 400],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 400],
    ['user=', 400],
    ['limit=0', 400],
    ['cursor=xyz', 400],
  ])('are refused for ?%s', async (query, status) => {
    expect((await get(query)).status).toBe(status);
  });
});

describe('who may look', () => {
  test.each([
    ['all', admin('example.com'), '', 200],
    ['all', helpdesk('example.com'), '', 200],
    ['all', self('sip:bob@example.com'), '', 200],
    ['all', self('sip:bob@example.com'), 'user=bob', 200],
    ['all', self('sip:bob@example.com'), 'user=1002', 200],
    ['all', self('sip:bob@example.com'), 'user=carol', 403],
    ['helpdesk', helpdesk('example.com'), '', 200],
    ['helpdesk', self('sip:bob@example.com'), '', 403],
    ['all', helpdesk('example.net'), '', 403],
  ] as const)('%s: %j %s → %i', async (who, as, query, status) => {
    logged({ callId: 'mine' });
    logged({ callId: 'hers', called: 'carol', dialled: 'carol' });
    const reply = await get(query, { as, callLog: { ...callLog, for: who } });
    expect(reply.status).toBe(status);
    const mine = as['divert:role'] === 'subscriber' || query !== '';
    if (status === 200) {
      expect(reply.body.items).toHaveLength(mine ? 1 : 2);
    }
  });

  test('nobody where it is off', async () => {
    const reply = await call(table, `GET ${D}/calls`, { as: admin('example.com') });
    expect([reply.status, reply.body.detail]).toEqual([404, expect.stringContaining('callSearch')]);
  });

  test('no subscriber at calls from before they had the name', async () => {
    await call(table, `PUT ${D}/subscribers/eve?force=true`, {
      as: admin('example.com'),
      body: {},
    });
    const as = self('sip:eve@example.com');
    logged({ callId: 'before', called: 'eve', dialled: 'eve' }, false, Date.now() - 60_000);
    logged({ callId: 'after', called: 'eve', dialled: 'eve' }, false, Date.now() + 1);
    const to = new Date(Date.now() + 1000).toISOString();
    expect(await ids(`to=${to}`, { as })).toEqual(['after']);
    expect(await ids(`to=${to}&user=eve`)).toEqual(['after', 'before']);
  });

  test('nobody else with a cursor of mine', async () => {
    for (let i = 0; i < 3; i++) logged({});
    const { next } = (await get('limit=1')).body;
    expect((await get(`cursor=${next}`)).status).toBe(200);
    expect((await get(`cursor=${next}`, { as: helpdesk('example.com') })).status).toBe(400);
    const other = `GET /v1/domains/example.net/calls?cursor=${next}`;
    expect((await call(table, other, { as: admin('*'), callLog })).status).toBe(400);
  });
});

/** A region whose log answers as a test wants. */
const scripted = (answers: Partial<LogsInsights>): LogsInsights => ({
  start: async () => 'q',
  stop: async () => {},
  results: async () => ({ state: 'complete', rows: [], bytesScanned: 0 }),
  ...answers,
});

describe('a search', () => {
  test('that takes long is gone on with', async () => {
    let polls = 0;
    const slow = scripted({
      results: async () => ({
        ...{ state: polls++ < 40 ? 'running' : 'complete', rows: [], bytesScanned: 5 },
      }),
    });
    const one = { ...callLog, regions: new Map([['r', slow]]) };
    const first = (await get('', { callLog: one })).body;
    expect(first).toMatchObject({ items: [], complete: false, next: expect.any(String) });
    polls = 40;
    const second = (await get(`cursor=${first.next}`, { callLog: one })).body;
    expect(second).toMatchObject({ items: [], complete: true });
    expect(second).not.toHaveProperty('next');
  });

  test('asks every region, and says where one failed', async () => {
    logged({ callId: 'here' });
    const other = scripted({
      results: async () => ({ state: 'failed', rows: [], bytesScanned: 0 }),
    });
    const two = { ...callLog, regions: new Map([...callLog.regions, ['other', other]]) };
    const { body } = await get('', { callLog: two });
    expect([body.complete, body.items.length]).toEqual([false, 1]);
    expect(body).not.toHaveProperty('next');
  });

  test('asks of each region for the logs that are there', async () => {
    const asked: (readonly string[])[] = [];
    const without = scripted({
      start: async ({ groups }) => {
        asked.push(groups);
        // API reference, StartQuery: what does not exist fails the query for all.
        if (!groups.includes('chime')) return 'q';
        throw Object.assign(new Error('Logs answered 400'), { name: 'ResourceNotFoundException' });
      },
    });
    const regions = new Map([...callLog.regions, ['without', without]]);
    logged({ callId: 'here' });
    const two = { ...callLog, groups: ['route', 'dialect', 'chime'], regions };
    expect(await ids('', { callLog: two })).toEqual(['here']);
    expect(asked).toEqual([
      ['route', 'dialect', 'chime'],
      ['route', 'dialect'],
    ]);
  });

  test('is 503 where a region has no log at all', async () => {
    const start = async () => {
      throw Object.assign(new Error('no'), { name: 'ResourceNotFoundException' });
    };
    const one = { ...callLog, groups: ['a', 'b'], regions: new Map([['r', scripted({ start })]]) };
    expect((await get('', { callLog: one })).status).toBe(503);
  });

  test.each([
    ['LimitExceededException', /too many/],
    ['ServiceUnavailableException', /does not answer/],
  ])('that the service refuses with %s is 503', async (name, detail) => {
    const start = async () => {
      throw Object.assign(new Error('no'), { name });
    };
    const one = { ...callLog, regions: new Map([['r', scripted({ start })]]) };
    const reply = await get('', { callLog: one });
    expect([reply.status, reply.headers['retry-after'], reply.body.detail]).toEqual([
      ...[503, '5'],
      expect.stringMatching(detail),
    ]);
  });

  test('is 429 until tomorrow when the day’s bytes are used up', async () => {
    const ours = { ...table, now: () => Date.parse('2027-03-01T23:00:00Z') };
    const read = scripted({
      results: async () => ({ state: 'complete', rows: [], bytesScanned: 30_000_000 }),
    });
    const one = { ...callLog, bytesADay: 45e6, regions: new Map([['r', read]]) };
    const ask = () => call(ours, `GET ${D}/calls`, { as: admin('example.com'), callLog: one });
    expect((await ask()).status).toBe(200);
    // 30 MB are counted once: the least, and the rest.
    expect((await ask()).status).toBe(200);
    const third = await ask();
    expect([third.status, third.headers['retry-after']]).toEqual([429, '3600']);
    await addSearched(ours, 1);
    const next = { ...table, now: () => Date.parse('2027-03-02T00:00:00Z') };
    const tomorrow = `GET ${D}/calls`;
    expect((await call(next, tomorrow, { as: admin('example.com'), callLog: one })).status).toBe(
      200,
    );
  });
});

describe('the explanation of a found call', () => {
  const explained = async (query: string, line: Partial<DecisionLine>, numbers = false) => {
    logged(line, numbers);
    const { body } = await get(query);
    const reply = await call(table, `POST ${D}/explain`, {
      as: admin('example.com'),
      body: body.items[0].explain,
    });
    expect(reply.status).toBe(200);
    return reply.body;
  };
  const busy: Partial<DecisionLine> = {
    ...{ outcome: 486, action: 'redirect', status: 302, rule: 'busy-to-carol' },
    ...{ layer: 'subscriber', trigger: 'busy', targets: ['carol@example.com'] },
  };

  test('is one request, by the rules of then', async () => {
    const found = await explained('callId=x1', { ...busy, callId: 'x1', dialled: '1002' });
    expect(found.decision).toMatchObject({ action: 'redirect', rule: 'busy-to-carol' });
    expect(found).not.toHaveProperty('approximate');
    // The rules change, and the policy; the call is explained as before.
    await call(table, `PUT ${D}/subscribers/bob?force=true`, {
      ...{ as: admin('example.com'), headers: { 'if-match': '*' } },
      body: { aliases: ['+49301234567', '1002'], rules: [{ when: 'busy', reject: 486 }] },
    });
    const later = await explained('callId=x2', { ...busy, callId: 'x2' });
    expect(later.decision).toMatchObject({ action: 'redirect', rule: 'busy-to-carol' });
    expect(later).not.toHaveProperty('approximate');
    const now = await explained('callId=x3', { ...busy, callId: 'x3', rulesVersion: 2 });
    expect(now).toMatchObject({ decision: { action: 'reject' }, approximate: true });
  });

  test('says that it is approximate where a masked fact mattered', async () => {
    const caller = '+491715551234';
    await call(table, `PUT ${D}/subscribers/finn?force=true`, {
      as: admin('example.com'),
      body: { rules: [{ name: 'vip', when: 'always', callers: caller, forward: 'carol' }] },
    });
    const line: Partial<DecisionLine> = {
      ...{ called: 'finn', dialled: 'finn', caller, action: 'redirect', status: 302 },
      ...{ rule: 'vip', targets: ['carol@example.com'], policyVersion: undefined },
    };
    expect(await explained('callId=y1', { ...line, callId: 'y1' })).toMatchObject({
      ...{ approximate: true, decision: { action: 'continue' } },
    });
    // Who asked by the number knows it.
    const known = await explained('caller=%2B491715551234&callId=y2', { ...line, callId: 'y2' });
    expect(known.decision).toMatchObject({ action: 'redirect', rule: 'vip' });
    expect(known).not.toHaveProperty('approximate');
    const shown = await explained('callId=y3', { ...line, callId: 'y3' }, true);
    expect(shown).not.toHaveProperty('approximate');
  });
});
