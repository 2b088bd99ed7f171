import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isEmpty } from '../../functions/provision/apply/plan.ts';
import { hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer } from '../../functions/store/peers.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { getSubscriberRecord } from '../../functions/store/subscribers.ts';
import { AUTHOR, startTable } from '../store/fixtures.ts';
import {
  admin,
  type Call,
  call,
  DOCUMENT,
  IAM,
  install,
  installPeer,
  planOf,
  type Reply,
  self,
} from './fixtures.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.database.stop());
beforeEach(async () => {
  await install(table, DOCUMENT);
  await installPeer(table, { name: 'sbc', domains: ['example.com'] } as never);
});

const ADMIN = { as: admin('example.com') };
const D = '/v1/domains/example.com';
const BOB = `${D}/subscribers/bob`;
const DAVE = `${D}/subscribers/dave`;
const api = (request: string, options: Call = {}) => call(table, request, { ...ADMIN, ...options });
/** Reads, and writes with the ETag that was read. */
const write = async (request: string, body: unknown, options: Call = {}) => {
  const path = request
    .split(' ')[1]
    ?.split('?')[0]
    ?.replace(/\/revert$/, '');
  const { etag } = (await api(`GET ${path}`, options)).headers;
  const headers = etag === undefined ? {} : { 'if-match': etag };
  return api(request, { body, headers, ...options });
};
const drift = async () => {
  const plan = await planOf(table, DOCUMENT);
  return [...(plan.policy ? ['policy'] : []), ...plan.subscribers.map(({ user }) => user)];
};

describe('a subscriber', () => {
  test('is read as their part of the document, with an ETag', async () => {
    const { status, headers, body } = await api(`GET ${BOB}`);
    expect([status, headers.etag, headers['content-type']]).toEqual([
      200,
      expect.stringMatching(/^"\d+"$/),
      'application/json',
    ]);
    expect(body.aliases).toEqual(['+49301234567', '1002']);
    const again = await api(`GET ${BOB}`, { headers: { 'if-none-match': headers.etag ?? '' } });
    expect([again.status, again.body]).toEqual([304, undefined]);
  });

  test('put back as they were read is unchanged, with or without If-Match', async () => {
    const { headers, body } = await api(`GET ${BOB}`);
    const put = await api(`PUT ${BOB}`, { body, headers: { 'if-match': '"0"' } });
    expect([put.status, put.headers.etag]).toEqual([200, headers.etag]);
    expect((await api(`PUT ${BOB}`, { body })).headers.etag).toBe(headers.etag);
    expect(isEmpty(await planOf(table, DOCUMENT))).toBe(true);
  });

  test('belongs to code: 409, or forced and then seen as drift', async () => {
    const refused = await write(`PATCH ${BOB}`, { privacy: 'full' });
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      expect.stringContaining('?force=true'),
    ]);
    expect(await drift()).toEqual([]);
    const forced = await write(`PATCH ${BOB}?force=true`, { privacy: 'full' });
    expect([forced.status, forced.body.privacy]).toEqual([200, 'full']);
    expect(await drift()).toEqual(['bob']);
    const [latest] = (await api(`GET ${BOB}/history?limit=1`)).body.items;
    expect(latest).toMatchObject({ who: 'ada', from: 'api forced 192.0.2.99', action: 'put' });
    expect(latest.before.subscriber).not.toHaveProperty('privacy');
  });

  test('is compiled as applying the document would', async () => {
    const { body } = await api(`GET ${BOB}`);
    await write(`PATCH ${BOB}?force=true`, { rules: [{ when: 'busy', forward: '1003' }] });
    await write(`PUT ${BOB}?force=true`, body);
    expect(await drift()).toEqual([]);
  });

  test.each([
    [
      { rules: [{ when: 'busy', forward: 'carrol' }] },
      '/rules/0/forward',
      "unknown subscriber 'carrol'",
    ],
    [
      { rules: [{ when: 'busy', forward: '+33123456789' }] },
      '/rules/0/forward',
      'not in targets.allow',
    ],
    [{ rules: [{ when: 'busy', forward: '+49900123456' }] }, '/rules/0/forward', 'targets.deny'],
    [{ rules: [{ when: 'buzy', reject: 486 }] }, '/rules/0/when', "did you mean 'busy'"],
    [
      { rules: [{ when: 'busy', schedule: 'ofice', reject: 486 }] },
      '/rules/0/schedule',
      "'office'",
    ],
    [{ aliases: ['1003'] }, '/aliases/0', "already a name of subscriber 'carol'"],
    [{ aliases: ['112'] }, '/aliases/0', 'emergency'],
    [{ colour: 'red' }, '/colour', 'unknown key'],
    [{ 'a/b~c': 1 }, '/a~1b~0c', 'unknown key'],
  ])('%j is refused at %s', async (patch, pointer, text) => {
    const { status, headers, body } = await write(`PATCH ${BOB}?force=true`, patch);
    expect([status, headers['content-type']]).toEqual([422, 'application/problem+json']);
    expect(body.errors).toContainEqual({ pointer, detail: expect.stringContaining(text) });
  });

  test('may not close a circle in which no call could end', async () => {
    const CAROL = `${D}/subscribers/carol`;
    const to = (user: string) => ({ rules: [{ when: 'always', forward: user }] });
    expect((await write(`PATCH ${BOB}?force=true`, to('carol'))).status).toBe(200);
    expect((await write(`PATCH ${CAROL}?force=true`, to('voicemail'))).status).toBe(200);
    const refused = await write(`PATCH ${CAROL}?force=true`, to('bob'));
    expect([refused.status, refused.body.detail]).toEqual([422, expect.stringContaining('circle')]);
    const phone = await write(`PUT ${CAROL}/phone`, { always: '1002' });
    expect([phone.status, phone.body.detail]).toEqual([422, expect.stringContaining('bob → ')]);
    const as = self('sip:carol@example.com');
    const { body } = await write(`PUT ${CAROL}/phone`, { always: '1002' }, { as });
    expect(body.errors[0].detail).toMatch(/circle.*end$/);
  });

  test('is created, listed, removed, and keeps their history', async () => {
    const ERIN = `${D}/subscribers/erin`;
    expect((await api(`GET ${ERIN}`)).status).toBe(404);
    const body = { aliases: ['030555'] };
    expect((await api(`PUT ${ERIN}`, { body })).status).toBe(409);
    const created = await api(`PUT ${ERIN}?force=true`, {
      body,
      headers: { 'if-none-match': '*' },
    });
    expect([created.status, created.headers.etag]).toEqual([201, '"1"']);
    expect(await drift()).toEqual(['erin']);
    const headers = { 'if-match': '"1"' };
    expect((await api(`DELETE ${ERIN}`, { headers })).status).toBe(409);
    expect((await api(`DELETE ${ERIN}?force=true`)).status).toBe(428);
    expect((await api(`DELETE ${ERIN}?force=true`, { headers })).status).toBe(204);
    const { items } = (await api(`GET ${ERIN}/history`)).body;
    expect(items.map((item: { action: string }) => item.action)).toEqual(['delete', 'put']);
    const back = await api(`POST ${ERIN}/revert?force=true`, { body: { version: 1 } });
    expect([back.status, back.body.subscriber]).toEqual([201, body]);
  });

  test('who is referred to is not removed, and who is renamed is known by their new names', async () => {
    const CAROL = `${D}/subscribers/carol`;
    const gone = await write(`DELETE ${CAROL}?force=true`, undefined);
    expect(gone.status).toBe(409);
    expect(gone.body.errors[0]).toMatchObject({ pointer: '/subscribers/bob/rules/0/forward/0/to' });
    expect((await write(`PATCH ${CAROL}?force=true`, { aliases: ['1003', '1004'] })).status).toBe(
      200,
    );
    const bob = await sdkReader(table.client, table.name).subscriber('example.com', 'bob');
    expect(JSON.stringify(bob?.rules)).toContain('1004@example.com');
  });

  test('with rules of their own changes them through the API, and them only', async () => {
    const as = self('sip:dave@example.com');
    const rules = [{ when: 'always', forward: '+49301112223' }];
    const changed = await write(`PATCH ${DAVE}`, { rules }, { as });
    expect([changed.status, changed.body.rules]).toEqual([200, rules]);
    for (const patch of [{ aliases: ['1009'] }, { privacy: 'full' }, { managedBy: null }]) {
      expect((await write(`PATCH ${DAVE}`, patch, { as })).status).toBe(403);
      expect((await write(`PATCH ${DAVE}`, patch)).status).toBe(409);
    }
    expect((await write(`PATCH ${BOB}`, { rules }, { as: self('bob@example.com') })).status).toBe(
      403,
    );
    expect((await write(`PATCH ${DAVE}`, { rules: [] })).status).toBe(200);
    expect(await drift()).toEqual([]);
  });

  test('is put back as they were, their phone settings too', async () => {
    const { headers } = await write(`PUT ${DAVE}/phone`, { always: '0301112223' });
    const version = Number(headers.etag?.slice(1, -1));
    const was = (await api(`GET ${DAVE}`)).body;
    await write(`PUT ${DAVE}/phone`, {});
    await write(`PATCH ${DAVE}`, { rules: [] });
    const back = await write(`POST ${DAVE}/revert`, { version });
    expect([back.status, back.body]).toEqual([
      200,
      { subscriber: was, phone: { always: { to: '+49301112223', active: true } } },
    ]);
    expect((await write(`POST ${DAVE}/revert`, { version: 9999 })).status).toBe(409);
    expect((await write(`POST ${DAVE}/revert`, { version: 'x' })).body.errors[0].pointer).toBe(
      '/version',
    );
  });
});

describe('phone settings', () => {
  test('are their own, whoever manages their rules, and no drift', async () => {
    const as = self('sip:bob@example.com');
    const put = await write(`PUT ${BOB}/phone`, { always: 'carol', busy: '1003' }, { as });
    const carol = { to: 'carol', active: true };
    expect([put.status, put.body]).toEqual([200, { always: carol, busy: carol }]);
    const patched = await write(
      `PATCH ${BOB}/phone`,
      { always: null, 'no-answer': '0307654321' },
      { as },
    );
    expect(patched.body).toEqual({
      busy: carol,
      'no-answer': { to: '+49307654321', active: true },
    });
    expect(await drift()).toEqual([]);
    const [latest] = (await api(`GET ${BOB}/history?limit=1`)).body.items;
    expect(latest).toMatchObject({ who: 'token of a subscriber', from: 'api 192.0.2.99' });
    const bob = await sdkReader(table.client, table.name).subscriber('example.com', '1002');
    expect(bob?.phone.map(({ name, when }) => [name, when])).toEqual([
      ['phone-busy', ['busy']],
      ['phone-no-answer', ['no-answer']],
    ]);
    expect((await write(`DELETE ${BOB}/phone`, undefined, { as })).status).toBe(204);
    expect((await api(`GET ${BOB}/phone`, { as })).body).toEqual({});
  });

  test.each([
    [{ always: '+33123456789' }, '/always'],
    [{ busy: 'nobody' }, '/busy'],
    [{ always: '1002' }, '/always'],
    [{ always: '0301234567' }, '/always'],
    [{ always: '112' }, '/always'],
    [{ sometimes: 'carol' }, '/sometimes'],
    [{ always: 7 }, '/always'],
    [[], ''],
  ])('%j are refused at %s', async (body, pointer) => {
    const { status, body: problem } = await write(`PUT ${BOB}/phone`, body);
    expect([status, problem.errors[0].pointer]).toEqual([422, pointer]);
  });
});

describe('a policy', () => {
  test('is the document without its subscribers, and belongs to code', async () => {
    const { body } = await api(`GET ${D}`);
    expect(body).toMatchObject({ domain: 'example.com', calendars: { closed: 'closed.ics' } });
    expect(body).not.toHaveProperty('subscribers');
    expect((await write(`PATCH ${D}`, { ringSeconds: 30 })).status).toBe(409);
    const forced = await write(`PATCH ${D}?force=true`, { ringSeconds: 30 });
    expect([forced.status, forced.body.ringSeconds]).toEqual([200, 30]);
    expect(await drift()).toEqual(['policy']);
    const reader = sdkReader(table.client, table.name);
    const compiled = await reader.policy('example.com', { consistent: true });
    expect(compiled?.calendars.closed?.days).toHaveLength(1);
    expect((await write(`PUT ${D}?force=true`, body)).status).toBe(200);
    expect(await drift()).toEqual([]);
  });

  test.each([
    [{ ringSeconds: 3 }, '/ringSeconds', 422],
    [{ domain: 'example.net' }, '/domain', 422],
    [{ subscribers: {} }, '/subscribers', 422],
    [{ calendars: { more: 'more.ics' } }, '/calendars/more', 422],
    [{ first: [{ when: 'always', forward: 'nobody' }] }, '/first/0/forward', 422],
    [{ schedules: { office: null } }, '/subscribers/bob/rules/1/schedule', 409],
    [{ timezone: 'Asia/Nowhere' }, '/timezone', 422],
  ])('%j is refused at %s', async (patch, pointer, expected) => {
    const { status, body } = await write(`PATCH ${D}?force=true`, patch);
    expect([status, body.errors[0].pointer]).toEqual([expected, pointer]);
  });

  test('whose timezone would change when a phone setting ends is refused', async () => {
    const busy = { to: 'carol', until: '2036-12-01T17:00' };
    expect((await write(`PUT ${DAVE}/phone`, { busy })).status).toBe(200);
    const before = await getSubscriberRecord(table, 'example.com', 'dave');
    const { status, body } = await write(`PATCH ${D}?force=true`, { timezone: 'Asia/Tokyo' });
    const detail = 'what they set by phone would mean something else';
    expect([status, body.errors]).toEqual([
      409,
      expect.arrayContaining([{ pointer: '/subscribers/dave', detail }]),
    ]);
    expect(await getSubscriberRecord(table, 'example.com', 'dave')).toEqual(before);
  });

  test('is put back as it was, and stays while there are subscribers', async () => {
    const { headers } = await api(`GET ${D}`);
    const version = Number(headers.etag?.slice(1, -1));
    await write(`PATCH ${D}?force=true`, { maxDiversions: 2 });
    expect((await write(`POST ${D}/revert?force=true`, { version })).status).toBe(200);
    expect(await drift()).toEqual([]);
    expect((await write(`DELETE ${D}?force=true`, undefined)).status).toBe(409);
  });

  test('of a new domain is created and removed', async () => {
    const as = admin('new.example', 'example.com');
    const N = '/v1/domains/new.example';
    expect((await api(`GET ${N}`, { as })).status).toBe(404);
    const created = await api(`PUT ${N}?force=true`, { as, body: { ringSeconds: 9 } });
    expect([created.status, created.body]).toEqual([
      201,
      { domain: 'new.example', ringSeconds: 9 },
    ]);
    const user = await api(`PUT ${N}/subscribers/u?force=true`, { as, body: {} });
    expect(user.status).toBe(201);
    expect((await write(`DELETE ${N}/subscribers/u?force=true`, undefined, { as })).status).toBe(
      204,
    );
    expect((await write(`DELETE ${N}?force=true`, undefined, { as })).status).toBe(204);
  });
});

describe('a peer', () => {
  test('is changed by force, within one’s own domains', async () => {
    const P = '/v1/peers/sbc';
    expect((await api(`GET ${P}`)).body).toEqual({ name: 'sbc', domains: ['example.com'] });
    expect((await write(`PATCH ${P}`, { explain: true })).status).toBe(409);
    expect((await write(`PATCH ${P}?force=true`, { explain: true })).status).toBe(200);
    const wider = await write(`PATCH ${P}?force=true`, { domains: ['example.com', 'example.net'] });
    expect(wider.status).toBe(403);
    const wrong = await write(`PATCH ${P}?force=true`, { headers: 'all' });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '/headers']);
    expect((await write(`PATCH ${P}?force=true`, { explain: null })).status).toBe(200);
  });

  test('has two keys at most, each shown once', async () => {
    const reader = sdkReader(table.client, table.name);
    const first = await api('POST /v1/peers/sbc/keys');
    const second = await api('POST /v1/peers/sbc/keys');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.body.key).toMatch(/^[\w-]{43}$/);
    expect((await api('POST /v1/peers/sbc/keys')).status).toBe(409);
    const listed = await api('GET /v1/peers/sbc/keys');
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toEqual([
      first.body.id,
      second.body.id,
    ]);
    const history = await api('GET /v1/peers/sbc/history');
    for (const { body } of [listed, history]) {
      expect(JSON.stringify(body)).not.toContain(first.body.key);
      expect(JSON.stringify(body)).not.toContain(hashPeerKey(first.body.key));
    }
    expect((await reader.peer(hashPeerKey(second.body.key)))?.name).toBe('sbc');
    for (const { id } of [first.body, second.body]) {
      expect((await api(`DELETE /v1/peers/sbc/keys/${id}`)).status).toBe(204);
      expect((await api(`DELETE /v1/peers/sbc/keys/${id}`)).status).toBe(404);
    }
    expect(await reader.peer(hashPeerKey(second.body.key))).toBeUndefined();
  });

  test('is put back as it was declared; its keys stay as they are now', async () => {
    const P = '/v1/peers/sbc';
    const opens = async (key: string) =>
      (await sdkReader(table.client, table.name).peer(hashPeerKey(key)))?.name;
    const declared = await api(`GET ${P}`);
    const versionOf = ({ headers }: Reply) => Number(headers.etag?.slice(1, -1));
    const version = versionOf(declared);
    const revert = (to: number, headers?: Record<string, string>) =>
      api(`POST ${P}/revert?force=true`, {
        body: { version: to },
        ...(headers && { headers }),
      });
    const old = (await api(`POST ${P}/keys`)).body;
    expect((await write(`PATCH ${P}?force=true`, { explain: true })).status).toBe(200);
    const withOld = versionOf(await api(`GET ${P}`));
    expect((await api(`DELETE ${P}/keys/${old.id}`)).status).toBe(204);
    const own = (await api(`POST ${P}/keys`)).body;

    const match = { 'if-match': '*' };
    expect((await revert(version)).status).toBe(428);
    expect((await write(`POST ${P}/revert`, { version })).status).toBe(409);
    expect((await revert(9999, match)).status).toBe(409);
    const back = await revert(version, match);
    expect([back.status, back.body]).toEqual([200, declared.body]);
    // At that version the old key was there.
    expect((await revert(withOld, match)).body).toEqual({ ...declared.body, explain: true });
    expect([await opens(old.key), await opens(own.key)]).toEqual([undefined, 'sbc']);

    // Not even a peer that was removed, whose keys went with it, has them again.
    expect((await write(`DELETE ${P}?force=true`, undefined)).status).toBe(204);
    const again = await revert(withOld);
    expect([again.status, again.body]).toEqual([201, { ...declared.body, explain: true }]);
    expect((await api(`GET ${P}/keys`)).body.items).toEqual([]);
    expect([await opens(old.key), await opens(own.key)]).toEqual([undefined, undefined]);
    for (const reply of [back, again]) {
      expect(JSON.stringify(reply.body)).not.toContain(hashPeerKey(old.key));
    }
    expect((await revert(version, match)).status).toBe(200);
  });

  test('is not put back into domains that are not one’s own', async () => {
    const P = '/v1/peers/moved';
    await installPeer(table, { name: 'moved', domains: ['example.net'] } as never);
    await installPeer(table, { name: 'moved', domains: ['example.com'] } as never);
    const back = await write(`POST ${P}/revert?force=true`, { version: 1 });
    expect(back.status).toBe(403);
    expect((await api(`GET ${P}`)).body.domains).toEqual(['example.com']);
    expect((await write(`DELETE ${P}?force=true`, undefined)).status).toBe(204);
    expect(
      (await write(`POST ${P}/revert?force=true`, { version: 1 }, { headers: {} })).status,
    ).toBe(403);
  });

  test('that was given up stays with its domains, and no refusal names them', async () => {
    const other = admin('example.org');
    const P = '/v1/peers/given-up';
    await installPeer(table, { name: 'given-up', domains: ['example.net'] } as never);
    const seen = [
      await api(`GET ${P}`, { as: other }),
      await api(`GET ${P}/history`, { as: other }),
      await api(`POST ${P}/revert`, { as: other, body: { version: 1 } }),
      await api(`POST ${P}/keys`, { as: other }),
    ];
    await changePeer(table, { name: 'given-up', next: undefined }, AUTHOR);
    const body = { domains: ['example.org'] };
    const taken = await api(`PUT ${P}?force=true`, { as: other, body });
    expect(taken.status).toBe(409);
    seen.push(taken, await api(`GET ${P}/history`, { as: other }));
    // An operator of all may give it to others, who see their own time only.
    await installPeer(table, { name: 'given-up', ...body } as never);
    const history = await api(`GET ${P}/history`, { as: other });
    expect(history.body.items).toHaveLength(1);
    const forged = Buffer.from('9999').toString('base64url');
    const page = await api(`GET ${P}/history?limit=1&cursor=${forged}`, { as: other });
    seen.push(history, page, await api(`POST ${P}/revert`, { as: other, body: { version: 1 } }));
    expect(JSON.stringify(seen)).not.toContain('example.net');
    const former = await api(`GET ${P}`, { as: admin('example.net') });
    expect([former.status, JSON.stringify(former.body)]).toEqual([
      403,
      expect.not.stringContaining('example.org'),
    ]);
    await changePeer(table, { name: 'given-up', next: undefined }, AUTHOR);
  });

  test('of another domain is neither seen nor touched', async () => {
    await installPeer(table, { name: 'theirs', domains: ['example.com', 'example.net'] } as never);
    expect((await api('GET /v1/peers')).body.items.map((p: { name: string }) => p.name)).toEqual([
      'sbc',
    ]);
    for (const request of ['GET', 'PUT', 'PATCH', 'DELETE'].map((m) => `${m} /v1/peers/theirs`)) {
      expect((await api(request, request.startsWith('P') ? { body: {} } : {})).status).toBe(403);
    }
    expect((await api('POST /v1/peers/theirs/keys')).status).toBe(403);
    const revert = await api('POST /v1/peers/theirs/revert', { body: { version: 1 } });
    expect(revert.status).toBe(403);
    expect((await api('GET /v1/peers', { as: admin('*') })).body.items).toHaveLength(2);
  });
});

describe('requests', () => {
  const json = { 'content-type': 'application/json' };
  test.each<[string, Call, number]>([
    [`GET ${D}`, { as: undefined }, 401],
    [`GET ${D}`, { as: { sub: 'x' } }, 403],
    [`GET ${D}`, { as: { sub: 'x', 'divert:role': 'admin' } }, 403],
    [`GET ${D}`, { as: { 'divert:role': 'admin', 'divert:domains': '*' } }, 403],
    [`GET ${BOB}`, { as: self('tel:+49301234567') }, 403],
    [`GET ${D}`, { as: { ...admin('a'), 'divert:domains': 'example.net, example.com' } }, 200],
    ['GET /v1/domain', {}, 404],
    ['GET /v1/domains/EXAMPLE.com', {}, 404],
    ['GET /v1/domains/example.com%2fsubscribers', {}, 200],
    ['GET /v1/domains//', {}, 404],
    ['GET /v1/nothing', {}, 404],
    [`POST ${D}`, {}, 405],
    [`GET ${D}/subscribers?limit=0`, {}, 400],
    [`GET ${D}/subscribers?cursor=%%%`, {}, 400],
    [`GET ${D}/subscribers?search=%20`, {}, 400],
    [`GET ${D}/subscribers?forwarded=maybe`, {}, 400],
    [`GET ${D}/subscribers?search=a&cursor=%%%`, {}, 400],
    [`PUT ${BOB}?force=perhaps`, { body: { privacy: 'full' }, headers: { 'if-match': '*' } }, 400],
    [`PUT ${BOB}`, { text: '{', headers: json }, 400],
    [`PUT ${BOB}`, { text: '', headers: json }, 400],
    [`PUT ${BOB}`, { text: '"\\ud800"', headers: json }, 400],
    [`PUT ${BOB}`, { text: '['.repeat(5000) + ']'.repeat(5000), headers: json }, 400],
    [`PUT ${BOB}`, { text: '{}', headers: { 'content-type': 'text/plain' } }, 415],
    [`PUT ${BOB}`, { text: `"${'x'.repeat(1 << 20)}"`, headers: json }, 413],
    [`PUT ${BOB}`, { body: { privacy: 'full' } }, 428],
    [`PUT ${BOB}`, { body: { privacy: 'full' }, headers: { 'if-match': '"99999"' } }, 412],
    [`PUT ${BOB}`, { body: { privacy: 'full' }, headers: { 'if-none-match': '*' } }, 412],
    [`PUT ${D}/subscribers/new`, { body: {}, headers: { 'if-match': '*' } }, 412],
    [`PATCH ${D}/subscribers/nobody`, { body: {} }, 404],
    [`PUT /v1/domains/example.net/subscribers/x`, { body: {}, as: admin('*') }, 404],
    [`GET /v1/iam/domains/example.com`, { as: IAM }, 200],
    [`GET /v1/iam/domains/example.com/subscribers/bob`, { as: IAM }, 200],
  ])('%s %j → %i', async (request, options, status) => {
    const reply = await api(request, options);
    expect(reply.status).toBe(status);
    if (status >= 400) {
      expect(reply.headers['content-type']).toBe('application/problem+json');
      expect(reply.body).toMatchObject({ type: 'about:blank', status });
    }
    expect(reply.lines).toEqual([expect.objectContaining({ event: 'api', status })]);
  });

  test('come in pages', async () => {
    const users: string[] = [];
    let next = '';
    do {
      const { body } = await api(`GET ${D}/subscribers?limit=2${next && `&cursor=${next}`}`);
      users.push(...body.items.map(({ user }: { user: string }) => user));
      next = body.next ?? '';
    } while (next);
    expect(users).toEqual(['alice', 'bob', 'carol', 'dave', 'voicemail']);
    expect((await api(`GET ${D}/history?limit=1`)).body.items).toHaveLength(1);
  });

  test('find subscribers by part of a name or number, and who is forwarded now', async () => {
    const found = async (query: string) => {
      const users: string[] = [];
      let next = '';
      do {
        const { body } = await api(`GET ${D}/subscribers?${query}${next && `&cursor=${next}`}`);
        users.push(...body.items.map(({ user }: { user: string }) => user));
        next = body.next ?? '';
      } while (next);
      return users;
    };
    await write(`PUT ${DAVE}/phone`, { busy: { to: 'carol', active: false } });
    expect(await found('search=0301234')).toEqual(['bob']);
    expect(await found('search=1003&limit=1')).toEqual(['carol']);
    expect(await found('search=A&limit=2')).toEqual(['alice', 'carol', 'dave', 'voicemail']);
    expect(await found('forwarded=true')).toEqual([]);
    await write(`PUT ${DAVE}/phone`, { busy: 'carol', dnd: { active: true } });
    expect((await api(`GET ${D}/subscribers?forwarded=true`)).body.items).toMatchObject([
      { user: 'dave', forwarded: { targets: ['carol'], phone: ['busy', 'dnd'] } },
    ]);
    expect(await found('forwarded=true&search=dav')).toEqual(['dave']);
    expect(await found('forwarded=true&search=bob')).toEqual([]);
    await write(`PUT ${DAVE}/phone`, {});
  });

  test('list domains without reading their policies', async () => {
    const { body } = await api('GET /v1/domains');
    const policy = await api(`GET ${D}`);
    expect(body.items).toEqual([
      {
        ...{ domain: 'example.com', timezone: 'Europe/Berlin', country: 'DE' },
        ...{ version: Number(policy.headers.etag?.replaceAll('"', '')), at: expect.any(String) },
      },
    ]);
  });

  test('say who they are from in the history', async () => {
    const request = `PUT /v1/iam/domains/example.com/subscribers/dave/phone`;
    await write(request, { always: 'bob' }, { as: IAM });
    const [latest] = (await api(`GET ${DAVE}/history`)).body.items;
    expect(latest).toMatchObject({ who: IAM, from: 'api 192.0.2.99' });
  });

  test('on a table that is gone are 503', async () => {
    const reply = await call({ ...table, name: 'no-such-table' }, `GET ${D}`, ADMIN);
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '5']);
  });
});
