import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../functions/http/http.ts';
import { type Call, conform, type Read } from './conformance.ts';
import { userOf } from './sip.ts';
import { CALLED, http, KEY, KEY_HASH, world } from './world.ts';
import { elements, parseXml } from './xml.ts';

const require = createRequire(import.meta.url);
const VoiceResponse = require('twilio/lib/twiml/VoiceResponse');
const { getExpectedTwilioSignature } = require('twilio/lib/webhooks/webhooks');

/** twilio.com/docs/voice/api/sip-twiml; after a Dial …/twiml/dial "action". */
function form(call: Call): Record<string, string> {
  const { user } = CALLED[call.called];
  return {
    AccountSid: 'AC00000000000000000000000000000000',
    ApiVersion: '2010-04-01',
    CallSid: 'CA00000000000000000000000000000000',
    CallStatus: 'ringing',
    Direction: 'inbound',
    From: call.caller === 'anonymous' ? 'sip:anonymous@anonymous.invalid' : 'sip:alice@example.com',
    To: `sip:${user}@example.com`,
    SipCallId: call.callId ?? 'a84b4c76e66710@pc33',
    SipDomain: 'example.com',
    SipSourceIp: '198.51.100.7',
    ...(call.display && { CallerName: call.display }),
    ...(call.outcome && {
      DialCallStatus: call.outcome.ringing ? 'no-answer' : 'busy',
      DialSipResponseCode: String(call.outcome.status),
    }),
  };
}

function read({ body }: HttpResponse): Read {
  const root = parseXml(body);
  expect(root.tagName).toBe('Response');
  const [rejected] = elements(root, 'Reject');
  if (rejected) {
    // sip-twiml: busy is 486, rejected (the default) 404.
    return { action: 'reject', status: rejected.getAttribute('reason') === 'busy' ? 486 : 404 };
  }
  const [dial] = elements(root, 'Dial');
  const uris = elements(root, 'Sip').map((sip) => sip.textContent ?? '');
  // The same verbs, printed by Twilio's own library.
  const theirs = new VoiceResponse();
  const attributes = Object.fromEntries(
    Array.from(dial?.attributes ?? []).map(({ name, value }) => [name, value]),
  );
  const dialled = theirs.dial(attributes);
  for (const uri of uris) dialled.sip(uri);
  expect(body).toBe(theirs.toString());
  if (attributes.action !== undefined) return { action: 'continue' };
  for (const uri of uris) expect(uri.length).toBeLessThan(255);
  return { action: 'redirect', targets: uris.map(userOf) };
}

conform({
  dialect: 'twilio',
  ask: (call) => ({ body: new URLSearchParams(form(call)).toString() }),
  read,
  several: ['carol'],
  rejects: { 486: 486, 433: 404 },
  ringSeconds: ({ body }) => Number(elements(parseXml(body), 'Dial')[0]?.getAttribute('timeout')),
  bad: [
    { body: '' },
    { body: 'To=' },
    { body: 'To=bob' },
    { body: 'To=sip:%00@' },
    { method: 'GET' },
  ],
  skips: {
    'Diversion in': 'Twilio passes only X- headers on',
    'Diversion out': 'TwiML has no place for one: Twilio adds its own',
  },
});

describe('twilio', () => {
  const post = (fields: Record<string, string>, where = world()) =>
    where.serve(http(`/v1/route/twilio/${KEY}`, { body: new URLSearchParams(fields).toString() }));

  test('sends a number that was called over the PSTN to the peer’s domain', async () => {
    const { SipDomain: _, ...fields } = form({ called: 'plain' });
    const { body } = await post({ ...fields, To: CALLED.plain.number });
    expect(elements(parseXml(body), 'Sip')[0]?.textContent).toBe(
      `sip:${CALLED.plain.number}@example.com;user=phone`,
    );
  });

  test.each([
    ['sip:frank@example.com;maddr=192.0.2.1;transport=tcp', 'sip:frank@example.com'],
    ['sip:frank@example.com;m%61ddr=192.0.2.1', 'sip:frank@example.com'],
    ['sip:frank@example.com;user=phone', 'sip:frank@example.com;user=phone'],
    ['sip:frank@elsewhere.example', undefined],
  ])('lets nobody have it call elsewhere: %s', async (To, called) => {
    const { body } = await post({ ...form({ called: 'plain' }), To });
    expect(elements(parseXml(body), 'Sip')[0]?.textContent).toBe(called);
  });

  test('hangs up when the dialled call is over', async () => {
    const { body } = await post({ ...form({ called: 'name' }), DialCallStatus: 'completed' });
    expect(body).toBe('<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>');
  });

  test('tells the caller that a leg was busy where no rule holds', async () => {
    const fields = form({ called: 'plain', outcome: { status: 486 } });
    expect(read(await post(fields))).toEqual({ action: 'reject', status: 486 });
  });

  test.each(['+266696687', '+7378742833', 'Anonymous', 'Restricted', ''])(
    'takes From %j for a caller who hides their number',
    async (From) => {
      const answer = read(await post({ ...form({ called: 'shy' }), From }));
      expect(answer).toEqual({ action: 'reject', status: 404 });
    },
  );

  describe('signature', () => {
    const OLD = '0123456789abcdef0123456789abcdef';
    const NEW = 'fedcba9876543210fedcba9876543210';
    const secrets = async () => [OLD, NEW].map((secret) => ({ secret, keyHash: KEY_HASH }));
    const fields = form({ called: 'number' });
    const url = 'https://divert.example/v1/route/twilio';
    const sign = (secret: string, at = url, signed: object = fields): string =>
      getExpectedTwilioSignature(secret, at, signed);

    test.each([
      ['the old token', sign(OLD), 200],
      ['the new token', sign(NEW), 200],
      ['a URL signed with its port', sign(NEW, url.replace('example/', 'example:443/')), 200],
      ['another token', sign('x'), 401],
      ['another URL', sign(NEW, `${url}/`), 401],
      ['other fields', sign(NEW, url, { ...fields, To: 'sip:evil@example.com' }), 401],
      ['none', undefined, 401],
      ['an empty one', '', 401],
    ])('%s', async (_, signature, status) => {
      const response = await world({ secrets }).serve(
        http('/v1/route/twilio', {
          body: new URLSearchParams(fields).toString(),
          headers: signature === undefined ? {} : { 'x-twilio-signature': signature },
        }),
      );
      expect(response.status).toBe(status);
      if (status === 200) expect(read(response)).toMatchObject({ action: 'redirect' });
    });

    test('covers a query, and the query alone of a GET', async () => {
      const query = new URLSearchParams(fields).toString();
      const signature = sign(NEW, `${url}?${query}`, {});
      const headers = { 'x-twilio-signature': signature };
      const asked = http('/v1/route/twilio', { method: 'GET', query, headers });
      expect((await world({ secrets }).serve(asked)).status).toBe(200);
    });

    test.each<[string, () => Promise<never>, string]>([
      ['cannot be read', () => Promise.reject(new Error('down')), 'NoSecrets'],
      ['do not come', () => new Promise(() => {}), 'DeadlinePassed'],
    ])(
      'secrets that %s are no reason to lose the call, and are told',
      async (_, secrets, cause) => {
        const where = world({ secrets });
        const response = await where.serve(
          http('/v1/route/twilio', {
            body: new URLSearchParams(fields).toString(),
            headers: { 'x-twilio-signature': sign(NEW) },
          }),
        );
        expect(response.status).toBe(200);
        expect(read(response)).toEqual({ action: 'continue' });
        expect(where.log).toContainEqual(
          expect.objectContaining({ event: 'decision', rules: 'none', cause }),
        );
      },
    );
  });
});
