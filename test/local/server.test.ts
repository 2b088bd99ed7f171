import { randomBytes } from 'node:crypto';
import { request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Protection, signToken, verifier } from '../../infra/local/authorizer.ts';
import { type Loaded, serve } from '../../infra/local/server.ts';
import { TokenBucket } from '../../infra/local/token-bucket.ts';

type Event = { requestContext: { authorizer: unknown } };
const SECRET = randomBytes(32);

const on = (key: string, handler: Loaded['handler'], protection?: Protection) => ({
  key,
  target: { handler, timeoutSeconds: 0.2, ...(protection && { protection }) },
});
let server: Server;
let url: string;
beforeAll(async () => {
  server = await serve(
    [
      on('ANY /echo', async (event) => ({ statusCode: 200, body: JSON.stringify(event) })),
      on('ANY /throws', async () => {
        throw new Error('a secret');
      }),
      on('ANY /hangs', () => new Promise(() => {})),
      on('ANY /undefined', async () => undefined),
      on('ANY /token', async (event) => (event as Event).requestContext.authorizer, 'jwt'),
      on('ANY /iam', async () => 'never', 'iam'),
    ],
    0,
    verifier(SECRET),
  );
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const post = async (path: string, body: string) => {
  const response = await fetch(url + path, { method: 'POST', body });
  return [response.status, await response.text()] as const;
};

test.each([
  ['an unknown path', '/nowhere', 404, '{"message":"Not Found"}'],
  ['a handler that throws', '/throws', 500, '{"message":"Internal Server Error"}'],
  ['a handler that hangs', '/hangs', 500, '{"message":"Internal Server Error"}'],
  ['a handler that returns nothing', '/undefined', 200, 'null'],
])('answers %s as API Gateway does', async (_, path, status, body) => {
  expect(await post(path, '')).toEqual([status, body]);
});

test('refuses what is over 10 MB', async () => {
  expect((await post('/echo', 'x'.repeat(10 * 1024 * 1024)))[0]).toBe(200);
  const [status, body] = await post('/echo', 'x'.repeat(10 * 1024 * 1024 + 1));
  expect([status, body]).toEqual([413, '{"message":"Request Entity Too Large"}']);
});

test('refuses more than 10,240 bytes of headers', async () => {
  const response = await fetch(`${url}/echo`, { headers: { x: 'y'.repeat(10_240) } });
  expect(response.status).toBe(431);
});

test('answers HEAD without a body', async () => {
  const response = await fetch(`${url}/echo`, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test('tells where a request came from', async () => {
  const event = JSON.parse((await post('/echo', 'x'))[1]);
  expect(event.requestContext.http).toMatchObject({ method: 'POST', sourceIp: '127.0.0.1' });
  expect(event.headers.host).toBe(url.slice('http://'.length));
});

test('believes its own tokens, and hands on their claims as text', async () => {
  const claims = { sub: 'me', 'divert:domains': ['a.example', 'b.example'] };
  const ask = async (path: string, token: string) => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    return [response.status, await response.text()] as const;
  };
  const [status, text] = await ask('/token', await signToken(SECRET, claims));
  expect(status).toBe(200);
  expect(JSON.parse(text).jwt.claims).toMatchObject({
    sub: 'me',
    'divert:domains': '[a.example b.example]',
    aud: 'divert-local',
  });
  const refused = [401, '{"message":"Unauthorized"}'];
  expect(await ask('/token', await signToken(randomBytes(32), claims))).toEqual(refused);
  expect(await ask('/token', await signToken(SECRET, { exp: 1 }).then((t) => `${t}x`))).toEqual(
    refused,
  );
  expect(await ask('/token', 'local-key')).toEqual(refused);
  // API Gateway: "exp: must be after the current time".
  const { exp, ...endless } = decodeJwt(await signToken(SECRET, claims));
  expect(exp).toBeGreaterThan(Date.now() / 1000);
  const forever = new SignJWT(endless).setProtectedHeader({ alg: 'HS256' }).sign(SECRET);
  expect(await ask('/token', await forever)).toEqual(refused);
  expect(await post('/token', '')).toEqual(refused);
  expect(await post('/iam', '')).toEqual([403, '{"message":"Forbidden"}']);
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
test('answers 429 to what its bucket has no token for, before a token is looked at', async () => {
  let now = 0;
  const bucket = new TokenBucket({ rate: 1, burst: 2 }, () => now);
  const throttled = await serve(
    [on('ANY /a', async () => 1, 'jwt')],
    0,
    verifier(SECRET),
    () => bucket,
  );
  const ask = async () => {
    const { port } = throttled.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/a`, { method: 'POST', body: 'x' });
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  const unauthorized = [401, 'application/json', '{"message":"Unauthorized"}'];
  const refused = [429, 'application/json', '{"message":"Too Many Requests"}'];
  try {
    expect([await ask(), await ask(), await ask()]).toEqual([unauthorized, unauthorized, refused]);
    now = 1_000;
    expect([await ask(), await ask()]).toEqual([unauthorized, refused]);
  } finally {
    throttled.closeAllConnections();
    throttled.close();
  }
});

test('survives a client that goes away, and one that speaks no HTTP', async () => {
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    const half = request({ port, method: 'POST', path: '/echo', headers: { 'content-length': 9 } });
    half.on('error', () => resolve());
    half.write('x', () => half.destroy());
  });
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('INVITE sip:bob SIP/2.0\r\n\r\n'));
    socket.on('close', () => resolve()).resume();
  });
  expect((await post('/echo', ''))[0]).toBe(200);
});
