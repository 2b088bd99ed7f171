import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parameterStoreIn } from '../../functions/aws/parameter-store.ts';
import { createSecrets } from '../../functions/dialects/secrets.ts';

const HASH = 'a'.repeat(64);
const unread = () => Promise.reject(new Error('not to be read'));

describe('signing secrets', () => {
  test.each([
    ['one', `${HASH}:s3cret`, ['s3cret']],
    ['two, while one is replaced', `${HASH}:old, ${HASH}:new`, ['old', 'new']],
    ['lines, and a colon in a secret', `${HASH}:a:b\n${HASH.toUpperCase()}:c\n`, ['a:b', 'c']],
    ['what is no entry', `s3cret,${HASH},:x, ${HASH}: `, []],
    ['nothing', '', []],
  ])('%s', async (_, list, expected) => {
    const env = { DIVERT_SECRETS_TWILIO: list, DIVERT_SECRETS: '/not/read/' };
    const secrets = createSecrets(env, ['twilio'], Date.now, unread);
    await secrets.start();
    for (const known of [await secrets.of('twilio'), await secrets.newer('twilio')]) {
      expect(known.map(({ secret }) => secret)).toEqual(expected);
      for (const { keyHash } of known) expect(keyHash).toBe(HASH);
    }
  });

  test('stand in parameters of the prefix, and are none where nothing is configured', async () => {
    const store = vi.fn(async (name: string) => `${HASH}:${name}`);
    const secrets = createSecrets({ DIVERT_SECRETS: '/x/' }, ['a', 'b'], Date.now, store);
    await secrets.start();
    expect(store.mock.calls.map(([name]) => name)).toEqual(['/x/a', '/x/b']);
    expect((await secrets.of('b'))[0]?.secret).toBe('/x/b');
    expect(store).toHaveBeenCalledTimes(2);
    expect(await createSecrets({}, ['a'], Date.now, unread).of('a')).toEqual([]);
  });
});

describe('Parameter Store', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    vi.unstubAllEnvs();
  });

  /** Answers as Systems Manager's JSON 1.1 protocol does. */
  async function store(status: number, body: object): Promise<Record<string, unknown>[]> {
    const seen: Record<string, unknown>[] = [];
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        seen.push({ ...request.headers, body: JSON.parse(text) });
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('AWS_ENDPOINT_URL_SSM', `http://127.0.0.1:${port}/`);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    return seen;
  }

  test('is asked for the decrypted value, signed', async () => {
    const seen = await store(200, { Parameter: { Name: '/divert/test/twilio', Value: 'value' } });
    expect(await parameterStoreIn(process.env)('/divert/test/twilio')).toBe('value');
    expect(seen).toEqual([
      expect.objectContaining({
        'x-amz-target': 'AmazonSSM.GetParameter',
        'x-amz-security-token': 'session',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/ssm\/aws4_request, /,
        ),
        body: { Name: '/divert/test/twilio', WithDecryption: true },
      }),
    ]);
  });

  test('has no such parameter', async () => {
    await store(400, { __type: 'ParameterNotFound' });
    expect(await parameterStoreIn(process.env)('/divert/test/twilio')).toBeUndefined();
  });

  test('refuses', async () => {
    await store(400, { __type: 'AccessDeniedException' });
    await expect(parameterStoreIn(process.env)('/divert/test/twilio')).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
