import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../functions/http/http.ts';
import { conform, type Read } from './conformance.ts';
import { fromOf, userOf } from './sip.ts';
import { CALLED, http, KEY, world } from './world.ts';

/** chan_pjsip.c `hangup_cause2sip`. */
const STATUS_OF_CAUSE: Record<string, number> = { 1: 404, 17: 486, 18: 408, 19: 480, 21: 403 };

/** func_curl.c `acf_curl_helper` with hashcompat=yes: `+` stays, %xx is decoded. */
function hash({ body }: HttpResponse): Record<string, string> {
  expect(body).toMatch(/^[\w%.~!*'()=&-]+$/);
  return Object.fromEntries(
    body.split('&').map((piece) => {
      const [name = '', value = ''] = piece.split('=');
      return [name, decodeURIComponent(value)];
    }),
  );
}

/** What the dialplan under infra/edge/asterisk makes of it. */
function read(response: HttpResponse): Read {
  const fields = hash(response);
  switch (fields.action) {
    case 'continue':
      return { action: 'continue' };
    case 'reject':
      return { action: 'reject', status: STATUS_OF_CAUSE[fields.cause ?? ''] ?? 0 };
    case 'redirect': {
      const { contact = '', diversion } = fields;
      // app_transfer.c splits at commas; the rest would end an application's arguments.
      expect(contact).not.toMatch(/[\s,()"'$\\<>|]/);
      return { action: 'redirect', targets: [userOf(contact)], diversions: diversion?.split(', ') };
    }
    default:
      throw new Error('no action');
  }
}

conform({
  dialect: 'asterisk',
  ask: (call) => ({
    body: new URLSearchParams({
      callee: CALLED[call.called].user,
      caller: fromOf(call),
      call_id: call.callId ?? 'a84b4c76e66710@pc33',
      domain: 'example.com',
      ...(call.diversions && { diversion: call.diversions.join(',') }),
      ...(call.outcome && {
        status: String(call.outcome.status),
        ringing: String(call.outcome.ringing ?? false),
      }),
    }).toString(),
  }),
  read,
  several: ['carol'],
  rejects: { 486: 486, 433: 480 },
  ringSeconds: (response) => Number(hash(response).ring_seconds),
  bad: [{ body: '' }, { body: 'caller=x' }, { body: 'callee=bob' }, { method: 'GET', query: '%%' }],
  skips: {},
});

describe('asterisk', () => {
  const ask = async (fields: string) =>
    read(await world().serve(http(`/v1/route/asterisk/${KEY}`, { body: fields })));

  describe('where it can dial names and numbers, and Divert says so', () => {
    const peer = { follow: { transports: ['udp'] }, callerId: 'diverting' } as const;
    const plan = async (
      callee: string,
      more = '&names=PJSIP%2Fpbx%2F&numbers=PJSIP%2Ftrunk%2F',
    ) => {
      const body = `callee=${callee}&domain=example.com&transport=UDP${more}`;
      return hash(await world({ peer }).serve(http(`/v1/route/asterisk/${KEY}`, { body })));
    };

    test.each([
      [
        'a number is called',
        'dora',
        '120^call^PJSIP/trunk/sip:+4915112345678@example.com;user=phone;cause=302',
      ],
      ['a name is asked about', 'bob', '120^ask^sip:carol@example.com;cause=302'],
      [
        'those of one q ring at once',
        'judy',
        '120^call^PJSIP/pbx/sip:judy@example.com&PJSIP/trunk/sip:+4915112345678@example.com;user=phone;cause=302',
      ],
      [
        'the others in turn',
        'eve',
        '120^ask^sip:carol@example.com;cause=302|120^call^PJSIP/trunk/sip:+4930765432@example.com;user=phone;cause=302',
      ],
    ])('%s', async (_, callee, expected) => {
      expect((await plan(callee)).plan).toBe(expected);
    });

    test('a number outside is shown the number that was diverted', async () => {
      expect(await plan('dora')).toMatchObject({ asserted: CALLED.number.number });
    });

    test('what says how to dial cannot end an argument of Dial()', async () => {
      const numbers = encodeURIComponent('PJSIP/x/,3,g&Local/');
      const { plan: planned = '' } = await plan('dora', `&names=a&numbers=${numbers}`);
      expect(planned).toMatch(/^120\^call\^PJSIP\/x\/3gLocal\/sip:/);
    });

    test('without a way to dial it gets its 302', async () => {
      expect(await plan('dora', '')).not.toHaveProperty('plan');
    });
  });

  test('needs no more than a number', async () => {
    expect(await ask(`callee=${encodeURIComponent(CALLED.number.number)}`)).toMatchObject({
      action: 'redirect',
    });
  });

  test.each([
    ['CALLERID(num), a number', 'caller=%2B49301111111'],
    ['CALLERID(num), a name', 'caller=alice'],
    ['a URI', 'caller=sip%3Aalice%40example.com'],
    ['nothing', ''],
    ['nonsense', 'caller=%3C%3E'],
  ])('takes %s for the caller', async (_, caller) => {
    expect(await ask(`callee=dora&domain=example.com&${caller}`)).toMatchObject({
      action: 'redirect',
    });
  });

  test('of a field sent twice the first counts', async () => {
    expect(await ask('callee=dora&callee=frank&domain=example.com')).toMatchObject({
      action: 'redirect',
    });
  });

  test('takes a whole Request-URI for the callee', async () => {
    const uri = encodeURIComponent('sip:dora@example.com:5060;transport=udp');
    expect(await ask(`callee=${uri}`)).toMatchObject({ action: 'redirect' });
  });
});
