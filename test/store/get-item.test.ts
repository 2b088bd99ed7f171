import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createGetItem, NotDynamoDb, ReadRefused } from '../../functions/store/get-item.ts';

const KEY = { pk: 'ROUTE#example.com#zoë "&" co', sk: '-' };

/** A client whose requests go nowhere, with what it was asked to send. */
function clientOf(
  reply: { status?: number; body?: string; headers?: Record<string, string> } = {},
  options = {},
) {
  const sent: HttpRequest[] = [];
  const { status = 200, body = '{"Item":{"json":{"S":"{}"}}}', headers = {} } = reply;
  const client = new DynamoDBClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: HttpRequest) {
        sent.push(request);
        const parts = [...Buffer.from(body)].map((byte) => Buffer.of(byte));
        const response = new HttpResponse({
          statusCode: status,
          headers,
          body: Readable.from(parts),
        });
        return { response };
      },
    },
    ...options,
  });
  return { client, sent };
}

afterEach(() => vi.unstubAllEnvs());

describe('asks where and for what the SDK asks', () => {
  const places: [what: string, options: object, env?: Record<string, string>][] = [
    ['a region', {}],
    ['another partition', { region: 'cn-north-1' }],
    ['FIPS', { region: 'us-east-1', useFipsEndpoint: true }],
    ['both IP versions', { useDualstackEndpoint: true }],
    ['an endpoint of its own', { endpoint: 'http://127.0.0.1:8000' }],
    ['an endpoint with a path', { endpoint: 'https://gateway.example/dynamo db' }],
    ['an endpoint of the environment', {}, { AWS_ENDPOINT_URL_DYNAMODB: 'http://[::1]:8000' }],
    ['the local region', { region: 'local' }],
    [
      'the account of the credentials',
      { credentials: { accessKeyId: 'A', secretAccessKey: 's', accountId: '123456789012' } },
    ],
  ];
  test.each(places)('%s', async (_what, options, env = {}) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { client, sent } = clientOf({}, options);
    for (const consistent of [true, false]) {
      await createGetItem(client, 'a-table')(KEY, { consistent });
      await client.send(
        new GetItemCommand({
          TableName: 'a-table',
          Key: { pk: { S: KEY.pk }, sk: { S: KEY.sk } },
          ConsistentRead: consistent,
        }),
      );
      const [own, sdk] = sent.splice(0);
      expect(own).toMatchObject({
        method: sdk?.method,
        protocol: sdk?.protocol,
        hostname: sdk?.hostname,
        port: sdk?.port,
        path: sdk?.path,
        query: sdk?.query,
      });
      expect(JSON.parse(own?.body)).toEqual(JSON.parse(new TextDecoder().decode(sdk?.body)));
      const names = ['content-type', 'host', 'x-amz-target', 'x-amz-security-token'];
      for (const name of names) expect(own?.headers[name]).toBe(sdk?.headers[name]);
      const scope = /Credential=(\S+),/;
      expect(scope.exec(own?.headers.authorization ?? '')?.[1]).toBe(
        scope.exec(sdk?.headers.authorization ?? '')?.[1],
      );
    }
  });
});

test('reads text whole, in whatever pieces it comes', async () => {
  const { client } = clientOf({ body: '{"Item":{"json":{"S":"zoë 🙂"}}}' });
  expect(await createGetItem(client, 'a-table')(KEY, {})).toEqual({ json: { S: 'zoë 🙂' } });
});

test('no item', async () => {
  const { client } = clientOf({ body: '{}' });
  expect(await createGetItem(client, 'a-table')(KEY, {})).toBeUndefined();
});

describe('an answer that is none', () => {
  const type = (name: string) =>
    `{"__type":"com.amazonaws.dynamodb.v20120810#${name}","message":"m"}`;
  test.each([
    [400, type('ProvisionedThroughputExceededException'), 'client'],
    [400, type('ResourceNotFoundException'), 'client'],
    [400, '{"__type":"ExpiredTokenException"}', 'client'],
    [500, type('InternalServerError'), 'server'],
  ])('%i %s', async (status, body, $fault) => {
    const { client } = clientOf({ status, body });
    const refused = createGetItem(client, 'a-table')(KEY, {});
    await expect(refused).rejects.toThrow(ReadRefused);
    await expect(refused).rejects.toMatchObject({ $fault });
    await expect(refused).rejects.toSatisfy(({ name }) => body.includes(`${name}"`));
  });

  test.each([
    [503, '<html>'],
    [502, ''],
  ])('%i %s: the status is its name', async (status, body) => {
    const refused = createGetItem(clientOf({ status, body }).client, 'a-table')(KEY, {});
    await expect(refused).rejects.toMatchObject({ name: `Status${status}`, $fault: 'server' });
  });

  test.each(['', '<html>', '{"Item":{"js', 'null', '1'])('200 %s', async (body) => {
    const garbled = createGetItem(clientOf({ body }).client, 'a-table')(KEY, {});
    await expect(garbled).rejects.toThrow(NotDynamoDb);
  });
});

test("goes by the service's clock where it refuses ours", async () => {
  const ahead = 3_600_000;
  const date = new Date(Date.now() + ahead).toUTCString();
  const { client, sent } = clientOf({
    status: 400,
    body: '{"__type":"InvalidSignatureException"}',
    headers: { date },
  });
  const getItem = createGetItem(client, 'a-table');
  for (let i = 0; i < 2; i++) await getItem(KEY, {}).catch(() => {});
  const [first, second] = sent.map(({ headers }) => headers['x-amz-date'] ?? '');
  const hour = (time = '') => time.slice(0, 11);
  expect(hour(second)).toBe(hour(new Date(date).toISOString().replace(/[-:]/g, '')));
  expect(hour(first)).not.toBe(hour(second));
});

test('finds out where again after it could not', async () => {
  const region = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('no region'));
  region.mockResolvedValue('eu-central-1');
  const { client } = clientOf({}, { region });
  const getItem = createGetItem(client, 'a-table');
  await expect(getItem(KEY, {})).rejects.toThrow('no region');
  expect(await getItem(KEY, {})).toBeDefined();
});
