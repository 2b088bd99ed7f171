import { beforeAll, describe, expect, test } from 'vitest';
import { type ChainResult, KINDS, type Kind, runChain } from './chain.ts';

/** The short form of `npm run faults -- --seconds N`. */
describe('calls through Kamailio while Divert and the database are killed and started again', () => {
  let result: ChainResult;
  beforeAll(async () => {
    result = await runChain(9, 40);
  }, 120_000);

  test('both were killed, each alone and together', () => {
    expect(result.kills).toBeGreaterThanOrEqual(2);
  });

  test('every call got a final answer, and one only; none reached a phone twice', () => {
    expect(result).toMatchObject({ calls: 360, lost: [], doubled: [], failures: [] });
  });

  test.each(Object.keys(KINDS) as Kind[])('%s: answers that are right', (kind) => {
    const allowed: readonly number[] = KINDS[kind];
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(result.finals[kind]).map(Number)));
  });

  test('while nobody could read the rules, calls went on', () => {
    expect(result.finals.away[486]).toBeGreaterThan(0);
  });

  test('afterwards calls are diverted', () => {
    expect(result.recovered).toBe(true);
  });
});
