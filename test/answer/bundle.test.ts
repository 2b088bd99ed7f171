import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer } from '../../functions/store/peers.ts';
import { changePolicy } from '../../functions/store/policies.ts';
import { changeSubscribers } from '../../functions/store/subscribers.ts';
import { seedTokenKeys } from '../../functions/store/token-keys.ts';
import { AUTHOR, startTable } from '../store/fixtures.ts';
import { always, call, DOMAIN, KEY, peerOf, policyOf, subscriberOf } from './fixtures.ts';

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** Between handler and database: notes what is asked of the database. */
async function startObserver(endpoint: string): Promise<{ server: Server; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(String(incoming.headers['x-amz-target']).split('.')[1] ?? '');
    const { method, headers } = incoming;
    const onward = request(endpoint, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward.on('error', () => outgoing.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, asked };
}

const event = (path: string, body: object, key = KEY): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: `POST ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  requestContext: {
    accountId: '123456789012',
    apiId: 'local',
    domainName: 'localhost',
    domainPrefix: 'localhost',
    http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'request',
    routeKey: `POST ${path}`,
    stage: '$default',
    time: '22/Nov/2026:12:00:00 +0000',
    timeEpoch: Date.UTC(2026, 10, 22, 12),
  },
  body: JSON.stringify(body),
  isBase64Encoded: false,
});

/** `npm test` has built them. */
describe('the bundles that are deployed, on the embedded database', () => {
  let table: Awaited<ReturnType<typeof startTable>>;
  let observer: Awaited<ReturnType<typeof startObserver>>;
  let route: Handler;
  let explain: Handler;
  const written: string[] = [];

  beforeAll(async () => {
    table = await startTable();
    observer = await startObserver(table.database.endpoint);
    const source = {};
    await seedTokenKeys(table, AUTHOR);
    const keys = [{ hash: hashPeerKey(KEY), created: new Date().toISOString() }];
    await changePeer(
      table,
      { name: 'sbc', next: { source, compiled: peerOf(DOMAIN, { name: 'sbc' }), keys } },
      AUTHOR,
    );
    await changePolicy(table, DOMAIN, { source, compiled: policyOf(DOMAIN) }, AUTHOR);
    const bob = subscriberOf('bob', DOMAIN, { aliases: ['+49301234567', '1002'] });
    await changeSubscribers(
      table,
      DOMAIN,
      [{ user: 'bob', next: { source, compiled: bob } }],
      AUTHOR,
    );

    const { port } = observer.server.address() as AddressInfo;
    vi.stubEnv('AWS_REGION', 'local');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${port}`);
    vi.stubEnv('DIVERT_TABLE', table.name);
    // A busy machine must not turn an answer into a degraded one here.
    vi.stubEnv('DIVERT_DEADLINE_MS', '10000');
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const dist = new URL('../../dist/', import.meta.url);
    ({ handler: route } = await import(`${dist}route/index.mjs`));
    ({ handler: explain } = await import(`${dist}explain/index.mjs`));
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    observer.server.close().closeAllConnections();
    await table.database.stop();
  });

  const ask = async (handler: Handler, path: string, body: object, key?: string) => {
    const { statusCode, body: text } = await handler(event(path, body, key));
    return { statusCode, ...JSON.parse(text ?? '') };
  };

  test('reads the token keys at start, three items cold, one warm, whichever alias is dialled', async () => {
    expect(new Set(observer.asked.splice(0))).toEqual(new Set(['GetItem']));
    expect(await ask(route, '/v1/route', call())).toMatchObject({
      statusCode: 200,
      action: 'redirect',
      contacts: [expect.stringMatching(/^<sip:carol@example\.com;cause=486;dv=[\w-]+>/)],
    });
    expect(observer.asked.splice(0)).toEqual(['GetItem', 'GetItem', 'GetItem']);
    for (const requestUri of ['sip:bob@example.com', 'tel:+49301234567', 'sip:1002@example.com']) {
      const { action, degraded } = await ask(route, '/v1/route', call({ requestUri }));
      expect({ action, degraded }).toEqual({ action: 'redirect', degraded: undefined });
      expect(observer.asked.splice(0)).toEqual(['GetItem']);
    }
    await new Promise(setImmediate);
    expect(written.filter((line) => line.includes('"event":"decision"'))).toHaveLength(4);
  });

  test('answer the same by a Function URL, whose events name no route', async () => {
    const asked = event('/v1/route', call({ callId: 'by-function-url' }));
    // After AWS's documentation of Function URLs: their own host, no API, every path one route.
    const byUrl = {
      ...asked,
      routeKey: '$default',
      requestContext: {
        ...asked.requestContext,
        routeKey: '$default',
        apiId: 'abcdefghijklmnop',
        domainName: 'abcdefghijklmnop.lambda-url.eu-central-1.on.aws',
        domainPrefix: 'abcdefghijklmnop',
      },
      body: Buffer.from(asked.body ?? '').toString('base64'),
      isBase64Encoded: true,
    };
    const answers = await Promise.all([asked, byUrl].map((one) => route(one)));
    const [byApi, other] = answers.map(({ body }) => JSON.parse(body ?? ''));
    expect(other).toEqual(byApi);
    expect(other.action).toBe('redirect');
    observer.asked.splice(0);
  });

  test('refuse a wrong key and another path', async () => {
    expect((await ask(route, '/v1/route', call(), 'wrong')).statusCode).toBe(401);
    expect((await ask(explain, '/v1/explain', call(), 'wrong')).statusCode).toBe(401);
    expect((await ask(explain, '/v1/nothing', call())).statusCode).toBe(404);
  });

  test('explain today, and the past from the history', async () => {
    const before = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const compiled = subscriberOf('bob', DOMAIN, { rules: [always('carol', DOMAIN)] });
    await changeSubscribers(
      table,
      DOMAIN,
      [{ user: 'bob', next: { source: 1, compiled } }],
      AUTHOR,
    );
    const first = call({ outcome: undefined });
    expect(await ask(explain, '/v1/explain', first)).toMatchObject({
      statusCode: 200,
      decision: { action: 'redirect', rule: 'always-to-carol' },
      considered: [{ rule: 'always-to-carol', layer: 'subscriber', held: true }],
    });
    expect(await ask(explain, '/v1/explain', { ...first, at: before })).toMatchObject({
      decision: { action: 'continue' },
      considered: [{ rule: 'busy-to-carol', held: false }],
    });
    const alias = call({ requestUri: 'sip:1002@example.com' });
    expect(await ask(explain, '/v1/explain', { ...alias, at: before })).toMatchObject({
      decision: { action: 'continue' },
    });
  });

  test('answer while the database is gone', async () => {
    await ask(route, '/v1/route', call());
    await table.database.stop();
    const answer = await ask(route, '/v1/route', call());
    expect(answer).toMatchObject({ statusCode: 200, degraded: true });
    expect(await ask(explain, '/v1/explain', call())).toMatchObject({
      decision: { action: 'continue', degraded: true },
    });
  });
});
