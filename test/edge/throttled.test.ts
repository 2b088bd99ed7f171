/**
 * More is asked than the API lets through: Divert would divert each of these calls, and its gateway
 * answers 429. Calls go on to B's phone, and however many there are, nobody stops asking.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { LET_THROUGH, relayed, views } from './let-through.ts';
import { PATIENT_DIVERT } from './patience.ts';
import { Bench, type Result, type Scenario } from './scenario.ts';
import { answering, conversation, refused, refusing } from './steps.ts';
import { waysToAsk } from './ways.ts';

const RULE = '{ when: [always, busy, deflected], forward: carol }';

interface Case {
  readonly call: (bob: string) => Pick<Scenario, 'a' | 'b'>;
  readonly ladder: readonly string[];
}
const CASES: Record<string, Case> = {
  'B rings and answers': {
    call: (bob) => ({ a: conversation({ uri: bob }), b: [answering()] }),
    ladder: LET_THROUGH,
  },
  'B is busy': {
    call: (bob) => ({ a: refused(bob, 486), b: [refusing(486)] }),
    ladder: relayed(486),
  },
  "B's phone names a user": {
    call: (bob) => ({
      a: refused(bob, 302),
      b: [refusing(302, { lines: ['Contact: <sip:carol@example.com>'] })],
    }),
    ladder: relayed(302),
  },
  "B's phone names a number": {
    call: (bob) => ({
      a: refused(bob, 480),
      b: [refusing(302, { lines: ['Contact: <sip:+4990012345@example.com>'] })],
    }),
    ladder: relayed(302, 480),
  },
};
/** Of each case: together more than the failures after which an edge stops asking. */
const ROUNDS = 3;

describe.each(waysToAsk())('asked with %s, Divert is throttled', (way) => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-throttled-'));
  let local: Local;
  let bench: Bench;
  const results = new Map<string, Result[]>();

  beforeAll(async () => {
    const count = Object.keys(CASES).length * ROUNDS;
    const users = Array.from({ length: count }, (_, i) => `  bob-${i + 1}: { rules: [${RULE}] }\n`);
    const document = join(folder, 'example.com.yaml');
    const head = 'domain: example.com\nsubscribers:\n  carol: {}\n';
    writeFileSync(document, head + users.join(''));
    // One request, and the next after an hour.
    const throttle = { rate: 1 / 3_600, burst: 1 };
    local = await startLocal({
      ...{ documents: [document], port: 0, throttle },
      environment: PATIENT_DIVERT,
    });
    expect(await ask()).toMatchObject({ status: 200, body: { action: 'redirect' } });
    expect(await ask()).toEqual({ status: 429, body: { message: 'Too Many Requests' } });

    bench = await Bench.start({ EDGE_CLIENT: way, DIVERT_URL: local.url, DIVERT_KEY: local.key });
    await Promise.all(
      Object.entries(CASES).map(async ([name, { call }]) => {
        const seen: Result[] = [];
        results.set(name, seen);
        for (let round = 0; round < ROUNDS; round++) {
          const own = bench.users();
          seen.push(await bench.run(own, { ladder: [], ...call(own.bob) }));
        }
      }),
    );
  });
  afterAll(async () => {
    await bench?.stop();
    await local?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask() {
    const response = await fetch(`${local.url}/v1/route`, {
      method: 'POST',
      headers: { authorization: `Bearer ${local.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        callId: '1',
        requestUri: 'sip:bob-1@example.com',
        from: '<sip:alice@example.com>;tag=1',
        to: '<sip:bob-1@example.com>',
      }),
    });
    return { status: response.status, body: await response.json() };
  }

  test.each(Object.entries(CASES))('%s', (name, { ladder }) => {
    const seen = results.get(name) ?? [];
    expect(seen.flatMap(({ failures }) => failures)).toEqual([]);
    expect(seen.map(({ lines }) => views(lines))).toEqual(
      Array.from({ length: ROUNDS }, () => views(ladder)),
    );
  });

  test('no call counts as a failure of Divert: the edge says nothing and goes on asking', () => {
    expect(bench.edge.complaints).toEqual([]);
  });
});
