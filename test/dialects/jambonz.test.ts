import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../functions/http/http.ts';
import { type Call, conform, type Read } from './conformance.ts';
import { fromOf, userOf } from './sip.ts';
import { CALLED, http, KEY, KEY_HASH, NOW, world } from './world.ts';

const { validate } = createRequire(import.meta.url)('@jambonz/verb-specifications');
const LOGGER = { info() {}, debug() {} };

/** The first webhook of a call, with the fields of call-info.js and of a message of drachtio-srf. */
function payload(call: Call): Record<string, unknown> {
  const { user } = CALLED[call.called];
  return {
    sip: {
      headers: {
        via: 'SIP/2.0/UDP 172.20.10.217;rport=5060;branch=z9hG4bKHcSBmN;received=172.20.10.217',
        'max-forwards': '70',
        from: fromOf(call),
        to: `<sip:${user}@example.com>`,
        'call-id': call.callId ?? 'a84b4c76e66710@pc33',
        'X-Forwarded-For': '198.51.100.7',
        ...(call.diversions && { diversion: call.diversions.join(', ') }),
      },
      method: 'INVITE',
      version: '2.0',
      uri: `sip:${user}@172.20.10.217:5060`,
    },
    call_sid: '9fb35c28-9688-4531-943c-e280b04f3adf',
    direction: 'inbound',
    from: 'alice',
    to: user,
    call_id: call.callId ?? 'a84b4c76e66710@pc33',
    sip_status: 100,
    sip_reason: 'Trying',
    call_status: 'trying',
    account_sid: '4bfe85c1-96bb-4af7-ac83-68fe7ebd562d',
    originating_sip_ip: '198.51.100.7',
  };
}

interface Verb {
  verb: string;
  status: number;
  target: { type: string; sipUri?: string; name?: string }[];
  headers?: { Diversion: string };
  timeout?: number;
  actionHook?: string;
}
const verbs = ({ body }: HttpResponse): Verb[] => JSON.parse(body);

function read(response: HttpResponse): Read {
  const list = verbs(response);
  validate(LOGGER, list);
  const [first] = list as [Verb];
  expect(list).toHaveLength(1);
  if (first.verb === 'sip:decline') return { action: 'reject', status: first.status };
  expect(first.verb).toBe('dial');
  // Only a continue is asked about again.
  if (first.actionHook !== undefined) return { action: 'continue' };
  return {
    action: 'redirect',
    targets: first.target.map(({ sipUri = '' }) => userOf(sipUri)),
    diversions: first.headers?.Diversion.split(', '),
  };
}

conform({
  dialect: 'jambonz',
  ask(call) {
    if (call.outcome === undefined) return { body: JSON.stringify(payload(call)) };
    // What dial.js reports, without `sip`; the call itself comes back in the hook's query.
    const { sip: _, ...rest } = payload(call);
    const { status, ringing } = call.outcome;
    const dial_call_status = ringing ? 'no-answer' : 'busy';
    const dial_sip_status = ringing ? 487 : status;
    const query = new URLSearchParams({
      call: Buffer.from(
        JSON.stringify({
          requestUri: `sip:${CALLED[call.called].user}@example.com`,
          from: fromOf(call),
          to: `<sip:${CALLED[call.called].user}@example.com>`,
          headers: {},
        }),
      ).toString('base64url'),
    });
    return {
      query: query.toString(),
      body: JSON.stringify({ ...rest, dial_call_status, dial_sip_status }),
    };
  },
  read,
  several: ['carol'],
  ringSeconds: (response) => verbs(response)[0]?.timeout,
  bad: [
    { body: '' },
    { body: '[]' },
    { body: '{}' },
    { body: '{"to":"bob"}' },
    { body: '{"to":7,"sip":{"headers":{"to":{"x":1}}}}' },
    { body: '{"dial_call_status":"busy"}', query: 'call=bnVsbA' },
  ],
  skips: {},
});

describe('jambonz', () => {
  const path = `/v1/route/jambonz/${KEY}`;
  const post = (body: object, query = '') =>
    world().serve(http(path, { body: JSON.stringify(body), query }));

  test('continues to a registered user by name, and to a number by URI', async () => {
    const name = verbs(await post(payload({ called: 'plain' })))[0]?.target;
    expect(name).toEqual([{ type: 'user', name: 'frank@example.com' }]);
    const { number } = CALLED.plain;
    const sip = { headers: { to: `<sip:${number}@198.51.100.1>` } };
    const numbered = await post({ ...payload({ called: 'plain' }), to: number, sip });
    expect(verbs(numbered)[0]?.target).toEqual([
      { type: 'sip', sipUri: `sip:${number}@example.com;user=phone` },
    ]);
  });

  test('calls nobody at a host that a caller writes into To', async () => {
    const sip = { headers: { to: '<sip:frank@elsewhere.example>' } };
    for (const to of ['frank', CALLED.plain.number]) {
      const [verb] = verbs(await post({ ...payload({ called: 'plain' }), to, sip }));
      expect(verb).toMatchObject({ verb: 'sip:decline', status: 480 });
    }
  });

  test('asks again when the called leg has ended, with what the first request said', async () => {
    const diversions = ['<sip:zoe@example.com>;reason=user-busy;counter=2'];
    const [dial] = verbs(await post(payload({ called: 'away', diversions })));
    const hook = dial?.actionHook ?? '';
    expect(hook).toMatch(/^\/v1\/route\/jambonz\/[^?]+\?call=[\w-]+$/);
    const { sip: _, ...later } = payload({ called: 'away' });
    const ended = { ...later, dial_call_status: 'busy', dial_sip_status: 486 };
    const answer = read(await post(ended, hook.slice(hook.indexOf('?') + 1)));
    expect(answer).toEqual({
      action: 'redirect',
      targets: ['+4915112345678'],
      diversions: [expect.stringContaining('reason=user-busy'), ...diversions],
    });
  });

  test('tells the caller how the leg ended where no rule holds', async () => {
    const [dial] = verbs(await post(payload({ called: 'plain' })));
    const query = dial?.actionHook?.split('?')[1] ?? '';
    const { sip: _, ...later } = payload({ called: 'plain' });
    const busy = await post({ ...later, dial_call_status: 'busy', dial_sip_status: 486 }, query);
    expect(read(busy)).toEqual({ action: 'reject', status: 486 });
    const done = await post(
      { ...later, dial_call_status: 'completed', dial_sip_status: 200 },
      query,
    );
    expect(verbs(done)).toEqual([]);
  });

  describe('what comes back in the query of a signed request', () => {
    const secret = 'wh_secret_one0000000000000000';
    const where = world({ secrets: async () => [{ secret, keyHash: KEY_HASH }] });
    const time = Math.floor(NOW / 1000);
    const send = (body: object, query = '') => {
      const text = JSON.stringify(body);
      const v1 = createHmac('sha256', secret).update(`${time}.${text}`).digest('hex');
      const headers = { 'jambonz-signature': `t=${time},v1=${v1}` };
      return where.serve(http('/v1/route/jambonz', { body: text, query, headers }));
    };
    const { sip: _, ...later } = payload({ called: 'away' });
    const ended = { ...later, dial_call_status: 'busy', dial_sip_status: 486 };
    const query = async () =>
      verbs(await send(payload({ called: 'away' })))[0]?.actionHook?.split('?')[1] ?? '';

    test('is believed where we wrote it for this call', async () => {
      expect(read(await send(ended, await query()))).toMatchObject({ action: 'redirect' });
    });

    test.each([
      [
        'written by somebody else',
        () => `call=${Buffer.from('{"from":"x"}').toString('base64url')}`,
      ],
      ['without its signature', (own: string) => own.split('&')[0] ?? ''],
      ['changed', (own: string) => own.replace('call=', 'call=A')],
      ['another before it', (own: string) => `call=e30&${own}`],
    ])('is refused: %s', async (_, change) => {
      expect((await send(ended, change(await query()))).status).toBe(401);
    });

    test('is refused: of another call', async () => {
      const other = { ...ended, call_sid: '00000000-0000-4000-8000-000000000000' };
      expect((await send(other, await query())).status).toBe(401);
    });
  });

  describe('signature', () => {
    const OLD = 'wh_secret_old0000000000000000';
    const NEW = 'wh_secret_new0000000000000000';
    const secrets = async () => [OLD, NEW].map((secret) => ({ secret, keyHash: KEY_HASH }));
    const body = JSON.stringify(payload({ called: 'number' }));
    const seconds = Math.floor(NOW / 1000);
    // base-requestor.js `_generateSigHeader`
    const sign = (secret: string, time = seconds, text = body) =>
      `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${text}`, 'utf8').digest('hex')}`;

    test.each([
      ['the old secret', sign(OLD), 200],
      ['the new secret', sign(NEW), 200],
      ['a clock 300 s behind', sign(NEW, seconds - 300), 200],
      ['a clock 300 s ahead', sign(NEW, seconds + 300), 200],
      ['two signatures while one is replaced', `${sign('x')},${sign(NEW).split(',')[1]}`, 200],
      ['a replay after 301 s', sign(NEW, seconds - 301), 401],
      ['a time from the future', sign(NEW, seconds + 301), 401],
      ['another secret', sign('wh_secret_other'), 401],
      ['another body', sign(NEW, seconds, '{}'), 401],
      ['no time', sign(NEW).split(',')[1], 401],
      ['no signature', `t=${seconds}`, 401],
      ['half a signature', sign(NEW).slice(0, -32), 401],
      ['a signature and more', `${sign(NEW)}0`, 401],
      ['nonsense', ',,=,v1,t', 401],
    ])('%s', async (_, signature = '', status) => {
      const headers = { 'jambonz-signature': signature };
      const where = world({ secrets });
      const response = await where.serve(http('/v1/route/jambonz', { body, headers }));
      expect(response.status).toBe(status);
      if (status === 200) expect(read(response)).toMatchObject({ action: 'redirect' });
    });
  });
});
