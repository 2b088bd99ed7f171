import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { situation } from '../explain/asking.ts';
import { startTable } from '../store/fixtures.ts';
import { admin, call, DOCUMENT, install, installPeer, planOf } from './fixtures.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
  await installPeer(table, { name: 'sbc', domains: ['example.com'] } as never);
});
afterAll(() => table.database.stop());

const D = '/v1/domains/example.com';
const BOB = `${D}/subscribers/bob`;
const CAROL = `${D}/subscribers/carol`;
const as = admin('*');
const put = (path: string, body: unknown) =>
  call(table, `PUT ${path}`, { as, headers: { 'if-match': '*' }, body });
const patch = (path: string, body: unknown) =>
  call(table, `PATCH ${path}`, { as, headers: { 'if-match': '*' }, body });
const get = async (path: string) => (await call(table, `GET ${path}`, { as })).body;
const explained = async (body: object) =>
  (await call(table, `POST ${D}/explain`, { as, body })).body;

beforeEach(async () => {
  await install(table, DOCUMENT);
  for (const user of [BOB, CAROL]) await put(`${user}/phone`, {});
});

describe('phone settings', () => {
  test('are objects; a text alone is one that is on; null forgets', async () => {
    const until = '2030-06-01T17:00';
    const settings = {
      always: { to: 'carol', active: false, until },
      busy: '0301112223',
      'no-answer': { to: 'sip:mum@example.com', after: 25 },
      unreachable: null,
      dnd: { active: false },
    };
    const { status, body } = await put(`${BOB}/phone`, { ...settings, 'no-answer': '1003' });
    expect([status, body]).toEqual([
      200,
      {
        always: { to: 'carol', active: false, until },
        busy: { to: '+49301112223', active: true },
        'no-answer': { to: 'carol', active: true },
        dnd: { active: false },
      },
    ]);
    await patch(`${BOB}/phone`, { busy: null, always: { active: true } });
    expect(await get(`${BOB}/phone`)).toEqual({
      always: { to: 'carol', active: true, until },
      'no-answer': { to: 'carol', active: true },
      dnd: { active: false },
    });
  });

  test.each([
    [{ busy: { active: true } }, ''],
    [{ busy: { active: false } }, ''],
    [{ busy: { to: 'carol', until: 'tomorrow' } }, '/busy/until'],
    [{ busy: { to: 'carol', until: '2026-02-30T10:00' } }, '/busy/until'],
    [{ 'no-answer': { to: 'carol', after: 4 } }, '/no-answer/after'],
    [{ busy: { to: '1999999' } }, '/busy/to'],
    [{ dnd: true }, '/dnd'],
  ])('%j is refused', async (body, pointer) => {
    const { status, body: problem } = await put(`${BOB}/phone`, body);
    expect([status, problem.errors[0].pointer]).toEqual([422, pointer || '/busy']);
  });

  test('sent again say the same, without a precondition', async () => {
    await put(`${BOB}/phone`, { busy: 'carol' });
    const again = await call(table, `PUT ${BOB}/phone`, { as, body: { busy: 'carol' } });
    expect(again.status).toBe(200);
  });

  test('end by themselves, in the subscriber’s zone', async () => {
    await put(`${BOB}/phone`, { always: { to: 'carol', until: '2030-06-01T17:00' } });
    const before = await explained(situation('bob', { at: '2030-06-01T14:59:59Z' }));
    expect(before.decision).toMatchObject({ action: 'redirect', rule: 'phone-always' });
    const after = await explained(situation('bob', { at: '2030-06-01T15:00:00Z' }));
    expect(after.decision.action).toBe('continue');
  });

  test('of two who forward to each other at the same instant: one is refused', async () => {
    for (let round = 0; round < 10; round++) {
      const replies = await Promise.all([
        put(`${BOB}/phone`, { always: 'carol' }),
        put(`${CAROL}/phone`, { always: 'bob' }),
      ]);
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 422]);
      await Promise.all([put(`${BOB}/phone`, {}), put(`${CAROL}/phone`, {})]);
    }
  });
});

describe('do not disturb', () => {
  beforeEach(() => put(`${CAROL}/phone`, {}));

  test.each([
    [
      'nothing else: 486',
      'carol',
      { dnd: {} },
      { action: 'reject', status: 486, rule: 'phone-dnd' },
    ],
    ['off: the call goes on', 'carol', { dnd: { active: false } }, { action: 'continue' }],
    [
      'over: the call goes on',
      'carol',
      { dnd: { until: '2020-01-01T00:00' } },
      { action: 'continue' },
    ],
    [
      'a busy setting',
      'carol',
      { dnd: {}, busy: 'alice' },
      { action: 'redirect', rule: 'phone-busy' },
    ],
    ['a rule for busy', 'bob', { dnd: {} }, { action: 'redirect', rule: 'busy-to-carol' }],
    [
      'an always setting does not hold',
      'carol',
      { dnd: {}, always: 'alice' },
      { action: 'reject', status: 486 },
    ],
  ])('%s', async (_, user, settings, decision) => {
    await put(`${D}/subscribers/${user}/phone`, settings);
    expect((await explained(situation(user))).decision).toMatchObject(decision);
  });

  test('asked about by a phone’s outcome changes nothing', async () => {
    await put(`${CAROL}/phone`, { dnd: {}, 'no-answer': 'alice' });
    const outcome = { status: 408, ringing: true };
    const { decision } = await explained(situation('carol', { outcome }));
    expect(decision).toMatchObject({ action: 'redirect', rule: 'phone-no-answer' });
  });
});

describe('a setting to a number that only an alias admits', () => {
  const NUMBER = '+33123456789';
  const withAlias = DOCUMENT.replace('aliases: ["1003"]', `aliases: ["1003", "${NUMBER}"]`);

  test('is switched off when the alias goes, and the plan says so', async () => {
    await install(table, withAlias);
    await put(`${BOB}/phone`, { always: NUMBER });
    const plan = await planOf(table, DOCUMENT);
    expect(plan.subscribers.find(({ user }) => user === 'bob')).toMatchObject({
      kind: 'change',
      fallen: [{ feature: 'always', to: NUMBER, why: expect.stringContaining('targets.allow') }],
    });
    await install(table, DOCUMENT);
    expect(await get(`${BOB}/phone`)).toEqual({ always: { to: NUMBER, active: false } });
    expect((await explained(situation('bob'))).decision.action).toBe('continue');
    expect((await planOf(table, DOCUMENT)).subscribers).toEqual([]);
  });

  test('is switched off when the API takes the alias away', async () => {
    await install(table, withAlias);
    await put(`${BOB}/phone`, { busy: NUMBER });
    await call(table, `PATCH ${CAROL}?force=true`, {
      ...{ as, headers: { 'if-match': '*' }, body: { aliases: ['1003'] } },
    });
    expect(await get(`${BOB}/phone`)).toEqual({ busy: { to: NUMBER, active: false } });
  });
});

describe('a forecast', () => {
  test('says who decides when, and ends where a setting ends', async () => {
    await put(`${BOB}/phone`, { always: { to: 'carol', until: '2030-06-03T17:00' } });
    const range = 'from=2030-06-03T00:00:00Z&to=2030-06-04T00:00:00Z';
    const { items } = await get(`${BOB}/forecast?${range}`);
    const of = (trigger: string) =>
      items.flatMap((one: Record<string, unknown>) =>
        one.trigger === trigger ? [[one.from, one.to, one.action, one.rule, one.targets]] : [],
      );
    const [start, end] = ['2030-06-03T00:00:00.000Z', '2030-06-04T00:00:00.000Z'];
    const five = '2030-06-03T15:00:00.000Z';
    expect(of('always')).toEqual([
      [start, five, 'redirect', 'phone-always', ['carol']],
      [five, end, 'continue', undefined, []],
    ]);
    expect(of('busy')).toEqual([
      [start, end, 'redirect', 'busy-to-carol', ['carol', '+4930765432']],
    ]);
    // In office hours, Berlin time.
    expect(of('no-answer')).toEqual([
      [start, '2030-06-03T06:00:00.000Z', 'continue', undefined, []],
      ['2030-06-03T06:00:00.000Z', '2030-06-03T16:00:00.000Z', 'redirect', 'rule-2', ['voicemail']],
      ['2030-06-03T16:00:00.000Z', end, 'continue', undefined, []],
    ]);
  });

  test('is of 14 days at most', async () => {
    const { status } = await call(
      table,
      `GET ${BOB}/forecast?from=2030-06-01T00:00:00Z&to=2030-06-15T00:00:01Z`,
      { as },
    );
    expect(status).toBe(400);
  });
});

describe('a switch of the domain', () => {
  const night = `
switches: { night: { on: "*28", off: "*29", by: [alice] } }
finally: [{ name: at-night, when: always, switch: night, reject: 480 }]
subscribers:`;

  test('is turned by the API, has a history, and is no part of the document', async () => {
    await install(table, DOCUMENT.replace('\nsubscribers:', night));
    expect(await get(`${D}/switches`)).toEqual({ items: [{ name: 'night', on: false }] });
    const { status, body } = await call(table, `PUT ${D}/switches/night`, {
      as,
      body: { on: true },
    });
    expect([status, body]).toEqual([200, { on: true }]);
    expect(await get(`${D}/switches/night`)).toEqual({ on: true });
    expect((await explained(situation('alice'))).decision).toMatchObject({ rule: 'at-night' });
    const { items } = await get(`${D}/subscribers/alice/forecast`);
    expect(items[0]).toMatchObject({ trigger: 'always', action: 'reject', rule: 'at-night' });
    const drift = await planOf(table, DOCUMENT.replace('\nsubscribers:', night));
    expect([drift.policy, drift.subscribers]).toEqual([undefined, []]);
    await call(table, `PUT ${D}/switches/night`, { as, body: { on: false } });
    const history = await get(`${D}/switches/history`);
    expect(history.items).toMatchObject([{ before: { on: ['night'] } }, { who: 'ada' }]);
    expect((await call(table, `GET ${D}/switches/day`, { as })).status).toBe(404);
  });

  test.each(['*72', '*2', '**21', '#67'])(
    'has no code that another begins with: %s',
    async (code) => {
      const document = DOCUMENT.replace('\nsubscribers:', night.replace('*28', code));
      await expect(planOf(table, document)).rejects.toThrow(/can't be told from/);
    },
  );
});
