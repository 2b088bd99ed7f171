import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { conform } from './conformance.ts';
import { contactUri, invite, uriOf, userOf } from './sip.ts';
import { CALLED, http, KEY, PEER, world } from './world.ts';

const require = createRequire(import.meta.url);
/** drachtio's own parser of SIP messages. */
const SipMessage = require('drachtio-srf/lib/sip-parser/message.js');

/** pending-request-controller.cpp: the query, in its order, each value escaped. */
function query(uri: string, user: string, more = ''): string {
  const pairs = {
    method: 'INVITE',
    domain: 'example.com',
    protocol: 'udp',
    source_address: '198.51.100.7',
    fromUser: 'alice',
    toUser: user,
    uriUser: user,
    contentType: 'application/sdp',
    uri,
  };
  const escaped = Object.entries(pairs).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return escaped.join('&') + more;
}

/** controller.cpp `httpCallRoutingComplete`: what becomes of a body, as its author wrote it. */
function read({ body }: { body: string }) {
  if (Buffer.byteLength(body) > 16_384) throw new Error('longer than HTTP_BODY_LEN');
  const { action, data } = JSON.parse(body);
  if (typeof action !== 'string' || typeof data !== 'object') throw new Error('500 to the caller');
  switch (action) {
    case 'reject':
      expect(data.status).toBeTypeOf('number');
      expect(data.reason).toMatch(/^[ -~]+$/);
      return { action: 'reject' as const, status: data.status };
    case 'route':
      expect(data.uri ?? data.tag).toBeTypeOf('string');
      return { action: 'continue' as const };
    case 'redirect': {
      // `processRedirectInstruction` joins the lines with \n and does not look at the values.
      const contacts = (data.contact as string[])
        .map((contact) => `Contact: ${contact}`)
        .join('\n');
      const sent = `SIP/2.0 302 Moved\r\nCall-ID: 1\r\n${contacts.replaceAll('\n', '\r\n')}\r\n\r\n`;
      const message = new SipMessage(sent);
      expect(message.status).toBe(302);
      expect(Object.keys(message.headers).sort()).toEqual(['call-id', 'contact']);
      const uris = message.getParsedHeader('contact').map(({ uri }: { uri: string }) => uri);
      expect(uris).toEqual(data.contact.map(contactUri));
      return { action: 'redirect' as const, targets: uris.map(userOf) };
    }
    default:
      throw new Error('500 to the caller');
  }
}

const NO_OUTCOME = 'request-handlers are asked about new INVITEs only';
const NO_DIVERSION = 'a redirect instruction has Contacts and nothing else';

conform({
  dialect: 'drachtio',
  ask: (call) => ({
    method: 'POST',
    query: query(uriOf(call.called), CALLED[call.called].user),
    headers: { 'content-type': 'text/plain; charset=UTF-8' },
    body: invite(call),
  }),
  read,
  several: ['carol', '+4930765432'],
  bad: [
    { method: 'POST', body: 'hello' },
    { method: 'POST', body: 'SIP/2.0 200 OK\r\n\r\n' },
    { method: 'GET', query: '' },
    { method: 'GET', query: 'uri=%FF%FE&method=INVITE' },
    { method: 'GET', query: 'method=REGISTER&uri=sip%3Aexample.com' },
  ],
  skips: { outcome: NO_OUTCOME, 'ring time': NO_OUTCOME, 'Diversion out': NO_DIVERSION },
});

describe('drachtio', () => {
  const path = `/v1/route/drachtio/${KEY}/`;
  const get = async (text: string, where = world()) =>
    where.serve(http(path, { method: 'GET', query: text }));

  test('answers GET, which has the query alone', async () => {
    const response = await get(query('sip:bob@example.com', 'bob'));
    expect(read(response)).toEqual({ action: 'redirect', targets: ['carol'] });
  });

  test('is not fooled by parameters of the Request-URI, which drachtio adds to the query', async () => {
    const uri = 'sip:bob@example.com;uri=sip:frank%40example.com';
    const response = await get(query(uri, 'bob', '&uri=sip%3Afrank%40example.com'));
    expect(read(response)).toEqual({ action: 'redirect', targets: ['carol'] });
  });

  test('takes the message’s Request-URI, compact headers and a message cut off', async () => {
    const cut = invite({ called: 'name' }).slice(0, -40);
    const response = await world().serve(
      http(path, { query: query('sip:frank@example.com', 'frank'), body: cut }),
    );
    expect(read(response)).toEqual({ action: 'redirect', targets: ['carol'] });
  });

  test.each([
    ['a To-tag', 'To: <sip:bob@example.com>;tag=314159'],
    ['Replaces (RFC 3891)', 'Replaces: 98732@a;from-tag=r33th4x0r;to-tag=ff87ff'],
    ['Join (RFC 3911)', 'Join: 12adf2f34456gs5;to-tag=12345;from-tag=54321'],
  ])('lets an INVITE with %s go on', async (_, header) => {
    const message = invite({ called: 'name' }).replace('CSeq:', `${header}\r\nCSeq:`);
    const response = await world().serve(http(path, { query: '', body: message }));
    expect(read(response)).toEqual({ action: 'continue' });
  });

  test('continues at the peer’s defaultRoute, a uri or a tag', async () => {
    const plain = query('sip:frank@example.com', 'frank');
    expect(JSON.parse((await get(plain)).body)).toEqual({
      action: 'route',
      data: { uri: PEER.defaultRoute },
    });
    const tagged = world({ peer: { defaultRoute: 'tag:sbc' } });
    expect(JSON.parse((await get(plain, tagged)).body)).toEqual({
      action: 'route',
      data: { tag: 'sbc' },
    });
  });

  test('without a defaultRoute rejects with 480 and warns', async () => {
    const { defaultRoute: _, ...peer } = PEER;
    const where = world({ peer: { ...peer, defaultRoute: undefined as never } });
    const response = await get(query('sip:frank@example.com', 'frank'), where);
    expect(read(response)).toEqual({ action: 'reject', status: 480 });
    expect(where.log).toContainEqual({
      event: 'warning',
      message: 'Peer sbc has no defaultRoute: a call that should go on was rejected with 480.',
      peer: 'sbc',
    });
  });

  test('a bad key has no defaultRoute', async () => {
    const where = world();
    const response = await where.serve(
      http('/v1/route/drachtio/nobody/', {
        method: 'GET',
        query: query('sip:bob@example.com', 'bob'),
      }),
    );
    expect(response.status).toBe(401);
    expect(read(response)).toEqual({ action: 'reject', status: 480 });
    expect(where.log).toContainEqual(expect.objectContaining({ event: 'warning' }));
  });
});
