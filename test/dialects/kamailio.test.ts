import { describe, expect, test } from 'vitest';
import { conform } from './conformance.ts';
import { contactUri, fromOf, uriOf, userOf } from './sip.ts';
import { CALLED, http, KEY, world } from './world.ts';

/** A document of sipjson's `sj_serialize("0ct", …)`, captured from Kamailio 5.6.3. */
const CAPTURED = {
  mt: 2,
  rm: 'INVITE',
  pr: 'udp',
  si: '198.51.100.7',
  sp: 40655,
  ru: 'sip:bob@example.com',
  rU: 'bob',
  rd: 'example.com',
  rp: 5060,
  rs: 0,
  rr: '',
  fU: 'alice',
  fd: 'example.com',
  ua: '',
  ci: '1-4711@198.51.100.7',
  cs: '1',
  tU: 'bob',
  td: 'example.com',
};

conform({
  dialect: 'kamailio',
  ask({ called, callId, diversions, outcome, ...call }) {
    const { user } = CALLED[called];
    return {
      body: JSON.stringify({
        ...CAPTURED,
        ru: uriOf(called),
        rU: user,
        tU: user,
        ...(callId && { ci: callId }),
        headers: {
          From: fromOf({ called, ...call }),
          // What `$hdr` of several lines gives, joined as http_client joins them.
          ...(diversions && { Diversion: diversions.join('\r\n') }),
        },
        outcome,
      }),
    };
  },
  read({ body }) {
    const { action, status, contacts, headers } = JSON.parse(body);
    if (action !== 'redirect') return action === 'continue' ? { action } : { action, status };
    return {
      action,
      targets: contacts.map((contact: string) => userOf(contactUri(contact))),
      diversions: headers
        .filter((line: string) => line.startsWith('Diversion: '))
        .map((line: string) => line.slice('Diversion: '.length)),
    };
  },
  several: ['carol', '+4930765432'],
  ringSeconds: ({ body }) => JSON.parse(body).ringSeconds,
  bad: [{ body: '' }, { body: '{' }, { body: '[]' }, { body: '{"rm":"INVITE"}' }, { body: 'null' }],
  skips: {},
});

describe('kamailio', () => {
  const ask = async (document: object) => {
    const headers = { authorization: `Bearer ${KEY}` };
    const { body } = await world().serve(
      http('/v1/route/kamailio', { body: JSON.stringify(document), headers }),
    );
    return JSON.parse(body);
  };

  test('answers the document as sipjson makes it, without headers', async () => {
    expect(await ask(CAPTURED)).toMatchObject({
      action: 'redirect',
      status: 302,
      contacts: ['<sip:carol@example.com;cause=302>;q=1.0;mp=1'],
      decisionId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test.each([
    ['beside the fields', { diversion: '<sip:zed@example.net>;reason=unconditional' }],
    [
      'in both places, once',
      {
        diversion: '<sip:zed@example.net>;reason=unconditional',
        headers: { diversion: '<sip:zed@example.net>;reason=unconditional' },
      },
    ],
  ])('takes the Diversion that jansson_set puts %s', async (_, given) => {
    const { headers } = await ask({ ...CAPTURED, ...given });
    expect(headers.slice(1)).toEqual(['Diversion: <sip:zed@example.net>;reason=unconditional']);
  });

  test.each([
    ['ru is absent', { ru: undefined }],
    ['tU and td are absent (flag t not given)', { tU: undefined, td: undefined }],
    ['the caller is absent', { fU: '', fd: '' }],
    [
      'everything but the Request-URI is absent',
      { ci: '', si: '', fU: '', fd: '', tU: '', td: '' },
    ],
  ])('answers where %s', async (_, change) => {
    expect(await ask({ ...CAPTURED, ...change })).toMatchObject({ action: 'redirect' });
  });

  test('keeps a phone’s own 3xx to a number from a call that it may not judge', async () => {
    const outcome = { status: 302, contacts: ['<sip:+4990012345@example.com>'] };
    const ru = 'sip:bob@elsewhere.example';
    expect(await ask({ ...CAPTURED, ru, outcome })).toMatchObject({
      action: 'reject',
      status: 480,
    });
    const own = { status: 302, contacts: [`<sip:zoe@elsewhere.example>`] };
    expect(await ask({ ...CAPTURED, ru, outcome: own })).toMatchObject({
      action: 'redirect',
      contacts: ['<sip:zoe@elsewhere.example;cause=480>;mp=1'],
      headers: [expect.stringMatching(/^Diversion: <sip:bob@elsewhere\.example>;/)],
    });
    expect(await ask({ ...CAPTURED, ru })).toMatchObject({ action: 'continue' });
  });

  test('reads folded headers and the contacts of an outcome', async () => {
    const outcome = { status: 302, contacts: ['"C" <sip:carol@example.com>;q=0.7'] };
    const headers = { Diversion: '<sip:zoe@example.com>\r\n ;reason=user-busy' };
    const answer = await ask({ ...CAPTURED, ru: uriOf('plain'), headers, outcome });
    expect(answer).toMatchObject({ action: 'redirect' });
    expect(answer.headers.filter((line: string) => line.startsWith('Diversion: '))).toHaveLength(2);
  });
});
