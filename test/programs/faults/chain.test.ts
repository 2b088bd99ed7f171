import { beforeAll, describe, expect, test } from 'vitest';
import { type ChainResult, KINDS, type Kind, runChain } from './chain.ts';

/** The short form of `npm run faults -- --seconds N`. */
describe('calls through Kamailio while Divert and the database are killed and started again', () => {
  let result: ChainResult;
  beforeAll(async () => {
    result = await runChain(1, 40);
  }, 300_000);

  test('Divert, the database and both were killed, and calls ended both ways', () => {
    expect(result.kills).toBe(3);
    expect(result.finals.away[486]).toBeGreaterThan(0);
    expect(result.finals.away[302]).toBeGreaterThan(0);
  });

  test('every call got a final answer, and one only; none reached a phone twice', () => {
    expect(result).toMatchObject({ lost: [], doubled: [] });
    expect(result.calls).toBeGreaterThanOrEqual(40);
  });

  test.each(Object.keys(KINDS) as Kind[])('%s: answers that are right', (kind) => {
    const allowed: readonly number[] = KINDS[kind];
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(result.finals[kind]).map(Number)));
  });

  test('afterwards calls are diverted', () => {
    expect(result.recovered).toBe(true);
  });
});
