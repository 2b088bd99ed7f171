import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readParameter } from '../../functions/dialects/parameter-store.ts';
import { createSecrets } from '../../functions/dialects/secrets.ts';

const HASH = 'a'.repeat(64);

describe('signing secrets', () => {
  it.each([
    ['one', `${HASH}:s3cret`, ['s3cret']],
    ['two, while one is replaced', `${HASH}:old, ${HASH}:new`, ['old', 'new']],
    ['lines, and a colon in a secret', `${HASH}:a:b\n${HASH.toUpperCase()}:c\n`, ['a:b', 'c']],
    ['what is no entry', `s3cret,${HASH},:x, ${HASH}: `, []],
    ['nothing', '', []],
  ])('%s', async (_, list, expected) => {
    const secrets = await createSecrets({ DIVERT_SECRETS_TWILIO: list }, Date.now)('twilio');
    expect(secrets.map(({ secret }) => secret)).toEqual(expected);
    for (const { keyHash } of secrets) expect(keyHash).toBe(HASH);
  });

  it('are read again after 30 s, and stay where that fails', async () => {
    let now = 0;
    const read = vi.fn(async (name: string) => `${HASH}:${name}-${read.mock.calls.length}`);
    const secrets = createSecrets({ DIVERT_SECRETS: '/divert/test/' }, () => now, read);
    const first = async () => (await secrets('jambonz'))[0]?.secret;
    expect(await first()).toBe('/divert/test/jambonz-1');
    now = 29_999;
    expect(await first()).toBe('/divert/test/jambonz-1');
    now = 30_000;
    expect(await first()).toBe('/divert/test/jambonz-2');
    now = 60_000;
    read.mockRejectedValueOnce(new Error('throttled'));
    expect(await first()).toBe('/divert/test/jambonz-2');
    expect(read).toHaveBeenCalledTimes(3);
    now = 61_000;
    expect(await first()).toBe('/divert/test/jambonz-2');
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('reject where they were never read, and are none where nothing is configured', async () => {
    const fails = () => Promise.reject(new Error('down'));
    await expect(
      createSecrets({ DIVERT_SECRETS: '/x/' }, Date.now, fails)('twilio'),
    ).rejects.toThrow('down');
    expect(await createSecrets({}, Date.now, fails)('twilio')).toEqual([]);
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

  it('is asked for the decrypted value, signed', async () => {
    const seen = await store(200, { Parameter: { Name: '/divert/test/twilio', Value: 'value' } });
    expect(await readParameter('/divert/test/twilio')).toBe('value');
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

  it('has no such parameter', async () => {
    await store(400, { __type: 'ParameterNotFound' });
    expect(await readParameter('/divert/test/twilio')).toBeUndefined();
  });

  it('refuses', async () => {
    await store(400, { __type: 'AccessDeniedException' });
    await expect(readParameter('/divert/test/twilio')).rejects.toThrow('AccessDeniedException');
  });
});
