import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Garbled, JsonApi, Refused } from '../../functions/aws/json-api.ts';
import { startServer } from './server.ts';

const credentials = async () => ({
  accessKeyId: 'AKID',
  secretAccessKey: 'secret',
  sessionToken: 'token',
});

let server: Awaited<ReturnType<typeof startServer>> | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** An API whose server answers this. */
async function apiOf(body: string, status = 200, headers: Record<string, string> = {}) {
  server = await startServer((response) => {
    response.writeHead(status, headers);
    // In pieces that split what is one character.
    for (const byte of Buffer.from(body)) response.write(Buffer.of(byte));
    response.end();
  });
  const { url, asked } = server;
  return {
    api: new JsonApi('DynamoDb', async () => ({ url, region: 'local', credentials })),
    asked,
  };
}

test('posts JSON, signed', async () => {
  const { api, asked } = await apiOf('{"Item":{"json":{"S":"zoë 🙂"}}}');
  expect(await api.post('GetItem', '{"a":"ü"}')).toEqual({ Item: { json: { S: 'zoë 🙂' } } });
  expect(asked).toEqual([
    expect.objectContaining({
      body: '{"a":"ü"}',
      headers: expect.objectContaining({
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-security-token': 'token',
        authorization: expect.stringMatching(/Credential=AKID\/\d{8}\/local\/dynamodb\/aws4/),
      }),
    }),
  ]);
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
    const { api } = await apiOf(body, status);
    const error = await api.post('GetItem', '{}').catch((e) => e);
    expect(error).toBeInstanceOf(Refused);
    expect(error.$fault).toBe($fault);
    expect(body).toContain(`${error.name}"`);
  });

  test.each([
    [503, '<html>'],
    [502, ''],
  ])('%i %s: the status is its name', async (status, body) => {
    const { api } = await apiOf(body, status);
    const refused = api.post('GetItem', '{}');
    await expect(refused).rejects.toMatchObject({ name: `Status${status}`, $fault: 'server' });
  });

  test.each(['', '<html>', '{"Item":{"js', 'null', '1'])('200 %s', async (body) => {
    const { api } = await apiOf(body);
    const garbled = await api.post('GetItem', '{}').catch((e) => e);
    expect(garbled).toBeInstanceOf(Garbled);
    expect(garbled.name).toBe('NotDynamoDb');
  });
});

test("goes by the service's clock where it refuses ours", async () => {
  const ahead = 3_600_000;
  const date = new Date(Date.now() + ahead).toUTCString();
  const { api, asked } = await apiOf('{"__type":"InvalidSignatureException"}', 400, { date });
  for (let i = 0; i < 2; i++) await api.post('GetItem', '{}').catch(() => {});
  const [first, second] = asked.map(({ headers }) => String(headers['x-amz-date']));
  const hour = (time = '') => time.slice(0, 11);
  expect(hour(second)).toBe(hour(new Date(date).toISOString().replace(/[-:]/g, '')));
  expect(hour(first)).not.toBe(hour(second));
});

test('finds out where again after it could not', async () => {
  server = await startServer();
  const { url } = server;
  const locate = vi.fn(async () => ({ url, region: 'local', credentials }));
  locate.mockRejectedValueOnce(new Error('no region'));
  const api = new JsonApi('DynamoDb', locate);
  await expect(api.post('GetItem', '{}')).rejects.toThrow('no region');
  for (let i = 0; i < 2; i++) expect(await api.post('GetItem', '{}')).toEqual({});
  expect(locate).toHaveBeenCalledTimes(2);
});

describe('gives up when it is told to', () => {
  test.each(['before the answer', 'inside the answer'])('%s', async (when) => {
    server = await startServer((response) => {
      if (when === 'inside the answer') response.writeHead(200).write('{"half":');
    });
    const { url, asked } = server;
    const api = new JsonApi('DynamoDb', async () => ({ url, region: 'local', credentials }));
    const stop = new AbortController();
    const post = api.post('GetItem', '{}', { signal: stop.signal }).catch((error) => error);
    while (asked.length === 0) await sleep(5);
    stop.abort();
    expect(await post).toBeInstanceOf(Error);
  });

  test('at once', async () => {
    const { api, asked } = await apiOf('{}');
    await expect(api.post('GetItem', '{}', { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(asked).toEqual([]);
  });
});
