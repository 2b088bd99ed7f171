import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { freePort } from '../../infra/local/port.ts';
import { smoke } from '../../infra/pipeline/smoke.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal({
    documents: ['infra/rules/example.com.yaml'],
    port: 0,
    // A busy machine may take longer than 250 ms for a first call.
    environment: { DIVERT_DEADLINE_MS: '5000' },
  });
});
afterAll(() => local.stop());

let other: Server | undefined;
afterEach(() => other?.close());

/** A server that gives every request this answer. */
async function answering(status: number, body: string): Promise<string> {
  other = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => other?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
}

const failed = async (url: string, key: string) =>
  (await smoke(url, key)).checks.filter(({ ok }) => !ok).map(({ what }) => what.split(':')[0]);

test('a stage in order passes, and its latency is told', async () => {
  const report = await smoke(`${local.url}/`, local.key);
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(report.latencies).toHaveLength(10);
});

test('a key that it does not know', async () => {
  expect(await failed(local.url, 'unknown')).toEqual([
    'an emergency call goes on',
    'the rules can be read',
    'a request without callId is refused',
  ]);
});

test('a stage that cannot read its rules', async () => {
  const answer = { action: 'continue', decisionId: '1', degraded: true };
  expect(await failed(await answering(200, JSON.stringify(answer)), 'key')).toEqual([
    'the rules can be read',
    'a wrong key is refused',
    'a request without callId is refused',
    'an unknown path is none',
  ]);
});

test.each([
  ['what is no JSON', 200, '<html>'],
  ['an error of the gateway', 503, '{"message":"Service Unavailable"}'],
])('%s', async (_, status, body) => {
  expect(await failed(await answering(status, body), 'key')).toHaveLength(5);
});

test('nobody there: what happened is said', async () => {
  const { checks } = await smoke(`http://127.0.0.1:${await freePort()}`, 'key');
  expect(checks[0]).toMatchObject({ ok: false, found: expect.stringContaining('ECONNREFUSED') });
});
