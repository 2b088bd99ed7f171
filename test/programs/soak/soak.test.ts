import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChainResult, KINDS, type Kind, runChain } from '../faults/chain.ts';
import { MIX } from './calls.ts';
import { type EdgeSoak, soakEdge } from './edge.ts';
import { Gateway } from './gateway.ts';
import { growth, type Soak, soak } from './soak.ts';

describe('mixed calls one after the other (npm run soak -- --calls N)', () => {
  let gateway: Gateway;
  let result: Soak;
  beforeAll(async () => {
    gateway = await Gateway.start({ DIVERT_DEADLINE_MS: '10000' });
    result = await soak(gateway, 1_800, 12);
  }, 120_000);
  afterAll(() => gateway?.stop());

  test('each is answered as it should be', () => {
    expect(result.wrong).toEqual([]);
  });

  test('nothing grows', () => {
    // The processor time of a call is for the long form: here other tests run beside this one.
    expect(growth(result.samples).filter((text) => !text.startsWith('cpu'))).toEqual([]);
  });

  test('a burst of ten times the rate: all are answered, and nothing is left of it', async () => {
    const before = await gateway.usage();
    const asked = MIX[1]?.asked as (typeof MIX)[0]['asked'];
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, n) => gateway.send(asked(10_000 + n))),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const { handles } = await gateway.usage();
    // Connections that are kept open, and no call waiting.
    expect(handles - before.handles).toBeLessThanOrEqual(500);
  });

  test('a burst over the limits of the API: each is decided or gets 429', async () => {
    // Next to nothing comes in meanwhile.
    const throttle = { rate: 0.001, burst: 50 };
    const throttled = await Gateway.start({ DIVERT_DEADLINE_MS: '10000' }, undefined, throttle);
    try {
      const asked = MIX[1]?.asked as (typeof MIX)[0]['asked'];
      const answers = await Promise.all(
        Array.from({ length: 500 }, (_, n) => throttled.send(asked(n))),
      );
      const decided = answers.filter(({ status }) => status === 200);
      expect(decided.map(({ body }) => JSON.parse(body).action)).toEqual(
        Array.from({ length: 50 }, () => 'redirect'),
      );
      const others = answers.filter(({ status }) => status !== 200);
      const refused = { status: 429, body: '{"message":"Too Many Requests"}' };
      expect(others).toEqual(Array.from({ length: 450 }, () => refused));
    } finally {
      await throttled.stop();
    }
  });

  test('with a deadline that is too short for that, calls go on', async () => {
    const hurried = await Gateway.start({ DIVERT_DEADLINE_MS: '1' });
    try {
      const asked = MIX[1]?.asked as (typeof MIX)[0]['asked'];
      const answers = await Promise.all(
        Array.from({ length: 300 }, (_, n) => hurried.send(asked(n))),
      );
      const decisions = answers.map(({ body }) => JSON.parse(body));
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      expect(decisions.filter(({ degraded }) => degraded === true).length).toBeGreaterThan(0);
      for (const { action, degraded } of decisions) {
        expect(degraded ? ['continue', 'redirect'] : ['redirect']).toContain(action);
      }
    } finally {
      await hurried.stop();
    }
  });
});

/** Asked of the API at once, and in a second after that. */
const BURST = 50;
const RATE = 5;

describe('ten times the rate through Kamailio, and ten times what the API lets through', () => {
  let result: ChainResult;
  beforeAll(async () => {
    result = await runChain(1, 500, { throttle: `${RATE}/${BURST}` });
  }, 300_000);

  test('every call got one final answer, of Divert or of its phone', () => {
    expect(result).toMatchObject({ calls: 500, lost: [], doubled: [] });
  });

  test.each(Object.keys(KINDS) as Kind[])('%s: answers that are right', (kind) => {
    const allowed: readonly number[] = KINDS[kind];
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(result.finals[kind]).map(Number)));
  });

  test('no more were diverted than were let through', () => {
    const { away, busy } = result.finals;
    const diverted = (away[302] ?? 0) + (busy[302] ?? 0);
    expect(diverted).toBeLessThanOrEqual(BURST + Math.ceil(RATE * result.seconds));
  });

  test('afterwards calls are diverted', () => {
    expect(result.recovered).toBe(true);
  });
});

describe('ten times the rate through Kamailio', () => {
  let result: ChainResult;
  beforeAll(async () => {
    result = await runChain(1, 500, 'none');
  }, 300_000);

  test('every call got one final answer, of Divert or of its phone', () => {
    expect(result).toMatchObject({ calls: 500, lost: [], doubled: [] });
  });

  test.each(Object.keys(KINDS) as Kind[])('%s: answers that are right', (kind) => {
    const allowed: readonly number[] = KINDS[kind];
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(result.finals[kind]).map(Number)));
  });
});

describe('calls that Kamailio follows, refuses, times out, one Divert killed (npm run soak -- --edge N)', () => {
  let result: EdgeSoak;
  beforeAll(async () => {
    result = await soakEdge(90, 15);
  }, 300_000);

  test('none is lost, none rings twice, and nothing is left in the edge', () => {
    expect(result).toMatchObject({ calls: 90, lost: [], doubled: [], idle: { transactions: 0 } });
  });

  test('whoever answers is connected, whether Divert was there or not', () => {
    const { plain, both, slow } = result.finals;
    expect([plain, both, slow]).toEqual([{ 200: 10 }, { 200: 10 }, { 200: 10 }]);
  });
});
