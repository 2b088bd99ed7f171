import { describe, expect, test } from 'vitest';
import { call, door, http, KEY, OTHER_KEY } from './fixtures.ts';

const { requestUri: _, ...withoutRequestUri } = call();

/** docs/semantics.md#http-status: the status and the field that is named. */
const REFUSED: [what: string, request: ReturnType<typeof http>, status: number, field: string][] = [
  ['not JSON', http('{'), 400, 'body'],
  ['an empty body', http(''), 400, 'body'],
  ['an array', http([call()]), 400, 'body'],
  ['null', http('null'), 400, 'body'],
  ['a missing field', http(withoutRequestUri), 400, 'requestUri'],
  ['an empty field', http(call({ callId: '' })), 400, 'callId'],
  ['a field of the wrong type', http({ ...call(), from: 5 }), 400, 'from'],
  ['null for a required field', http({ ...call(), to: null }), 400, 'to'],
  ['a URI that is none', http(call({ requestUri: 'bob' })), 400, 'requestUri'],
  ['another scheme', http(call({ requestUri: 'mailto:bob@example.com' })), 400, 'requestUri'],
  ['another URN', http(call({ requestUri: 'urn:isbn:1' })), 400, 'requestUri'],
  ['a source that is no text', http({ ...call(), sourceAddress: 1 }), 400, 'sourceAddress'],
  ['headers in a list', http({ ...call(), headers: ['Diversion: x'] }), 400, 'headers'],
  [
    'a number in a header',
    http({ ...call(), headers: { Diversion: 5 } }),
    400,
    'headers.Diversion',
  ],
  [
    'a number in header values',
    http({ ...call(), headers: { Diversion: ['x', 5] } }),
    400,
    'headers.Diversion',
  ],
  ['an outcome that is a number', http({ ...call(), outcome: 486 }), 400, 'outcome'],
  ['an outcome without status', http({ ...call(), outcome: {} }), 400, 'outcome.status'],
  ['a status in text', http({ ...call(), outcome: { status: '486' } }), 400, 'outcome.status'],
  ['a status that is none', http({ ...call(), outcome: { status: 99 } }), 400, 'outcome.status'],
  [
    'ringing as text',
    http({ ...call(), outcome: { status: 408, ringing: 'yes' } }),
    400,
    'outcome.ringing',
  ],
  [
    'a contact that is an object',
    http({ ...call(), outcome: { status: 302, contacts: [{ uri: 'sip:x@y' }] } }),
    400,
    'outcome.contacts',
  ],
  [
    'a header of the outcome',
    http({ ...call(), outcome: { status: 302, headers: { Diversion: {} } } }),
    400,
    'outcome.headers.Diversion',
  ],
  ['no key', http(call(), { headers: {} }), 401, 'Authorization'],
  [
    'a wrong key',
    http(call(), { headers: { authorization: 'Bearer wrong' } }),
    401,
    'Authorization',
  ],
  ['Basic', http(call(), { headers: { authorization: `Basic ${KEY}` } }), 401, 'Authorization'],
  ['a wrong key before a bad body', http('{', { headers: {} }), 401, 'Authorization'],
  [
    "another domain's key",
    http(call(), { headers: { authorization: `Bearer ${OTHER_KEY}` } }),
    403,
    'requestUri',
  ],
  ['another domain', http(call({ requestUri: 'sip:bob@else.example' })), 403, 'requestUri'],
  ['another path', http(call(), { path: '/v2/route' }), 404, 'path'],
  ['another method', http(call(), { method: 'GET' }), 404, 'path'],
  ['65 KiB', http(call({ callId: 'x'.repeat(65 * 1024) })), 413, 'body'],
  ['64 KiB and a byte, in UTF-8', http(`"${'é'.repeat(32767)}x"`), 413, 'body'],
  ['65 KiB with a wrong key', http('x'.repeat(65 * 1024), { headers: {} }), 413, 'body'],
];

describe('a request that is refused', () => {
  test.each(REFUSED)('%s', async (_what, request, status, field) => {
    const { ask, lines } = door();
    const { response, json } = await ask(request);
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(json).toMatchObject({ type: 'about:blank', status, field });
    expect(json.detail).toMatch(/\.$/);
    expect(lines.filter((line) => line.event === 'error')).toEqual([]);
  });
});

test('a refusal tells the log who sent it', async () => {
  const { ask, lines } = door();
  await ask({ ...http('{'), sourceIp: '192.0.2.7' });
  expect(lines).toEqual([
    expect.objectContaining({ event: 'refused', status: 400, sourceIp: '192.0.2.7' }),
  ]);
});

describe('a request that is tolerated', () => {
  test.each([
    ['a From that cannot be read', call({ from: '<<>' })],
    ['a To that cannot be read', call({ to: '' })],
    ['unknown fields', { ...call(), at: 'now', extra: { a: 1 } }],
    ['null for what is optional', { ...call(), sourceAddress: null, headers: null }],
    ['null in a header', { ...call(), headers: { Diversion: null } }],
    ['header values in a list', { ...call(), headers: { Supported: ['100rel', 'histinfo'] } }],
    ['a header that cannot be read', { ...call(), headers: { 'P-Asserted-Identity': '<<' } }],
    ['a header that has the name of a property', { ...call(), headers: { __proto__: 'x' } }],
    ['a wide body of 64 KiB', { ...call(), extra: 'x'.repeat(65_536 - 300) }],
  ])('%s', async (_what, body) => {
    const { ask } = door();
    const { response, json } = await ask(http(body));
    expect(response.status).toBe(200);
    expect(json).toMatchObject({ action: 'redirect', rule: 'busy-to-carol' });
    expect(json).not.toHaveProperty('degraded');
  });

  test.each([
    ['one Contact as text', '<sip:carol@example.com>'],
    ['one that cannot be read among them', ['<<', '<sip:carol@example.com>']],
  ])("%s in a phone's own 302", async (_what, contacts) => {
    const { ask } = door();
    const body = { ...call(), outcome: { status: 302, contacts } };
    const { json } = await ask(http(body));
    expect(json.contacts).toEqual([expect.stringContaining('sip:carol@example.com;cause=480')]);
  });

  test('the scheme of Authorization in any case', async () => {
    const { ask } = door();
    const { response } = await ask(http(call(), { headers: { authorization: `bearer ${KEY}` } }));
    expect(response.status).toBe(200);
  });
});

test('an answer holds what the contract names and nothing else', async () => {
  const { ask } = door();
  const { json } = await ask(http(call()));
  expect(Object.keys(json).sort()).toEqual(
    ['action', 'contacts', 'decisionId', 'headers', 'reason', 'rule', 'status'].sort(),
  );
});

test('a retransmission gets the same answer, token included', async () => {
  const { ask, state } = door();
  const first = await ask(http(call()));
  expect(first.json.contacts?.[0]).toContain(';dv=');
  for (const seconds of [0.5, 1.5, 3.5, 31]) {
    state.now = Date.UTC(2026, 10, 22, 12) + seconds * 1000;
    expect((await ask(http(call()))).json).toEqual(first.json);
  }
});

test.each([
  ['another Call-ID', call({ callId: 'call-2' })],
  ['another caller', call({ from: '<sip:alice@example.com>;tag=2' })],
  ['another Request-URI', call({ requestUri: 'sip:bob@example.com;x' })],
  ['another outcome', call({ outcome: { status: 408, ringing: true } })],
])('%s has another decisionId', async (_what, other) => {
  const { ask } = door();
  const { json } = await ask(http(call()));
  expect((await ask(http(other))).json.decisionId).not.toBe(json.decisionId);
});
