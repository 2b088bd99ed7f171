import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gateway } from '../soak/gateway.ts';
import { type Fuzzed, fuzz } from './fuzz.ts';

/** The short form of `npm run fuzz -- --requests N`; another seed at every run, told where it fails. */
const SEED = Date.now() % 1_000_000_000;

describe(`requests that are wrong in some part, and raw bytes, over every route (seed ${SEED})`, () => {
  let gateway: Gateway;
  let result: Fuzzed;
  beforeAll(async () => {
    gateway = await Gateway.start({ DIVERT_DEADLINE_MS: '30000' });
    result = await fuzz(gateway, 2_500, SEED);
  }, 120_000);
  afterAll(() => gateway?.stop());

  test('none is answered with 5xx or not at all, or sends a call where none may go', () => {
    expect(result.faults.slice(0, 3)).toEqual([]);
  });

  test('enough of them are understood to be worth it', () => {
    expect(result.statuses[200]).toBeGreaterThan(500);
    expect(result.dialled).toBeGreaterThan(50);
    for (const status of [400, 401, 404]) expect(result.statuses[status]).toBeGreaterThan(5);
  });

  test('memory does not grow', () => {
    const [warm, end] = result.heap;
    expect(end).toBeLessThan(warm + (24 << 20));
  });

  test('afterwards a normal call is answered', async () => {
    const { status, body } = await gateway.send({
      method: 'POST',
      path: '/v1/route',
      headers: { authorization: 'Bearer bench-key', 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ callId: '1', requestUri: 'sip:bob@example.com' },
        ...{ from: '<sip:alice@example.com>;tag=1', to: '<sip:bob@example.com>' },
      }),
    });
    expect([status, JSON.parse(body).degraded]).toEqual([200, undefined]);
  });
});
