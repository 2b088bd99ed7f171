import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DeadlinePassed, ReadBudget } from '../../functions/answer/read-budget.ts';
import type { ReadOptions } from '../../functions/store/get-item.ts';

const later = (ms: number, value: string) => () =>
  new Promise<string>((resolve) => setTimeout(resolve, ms, value));

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** What comes of it while time goes by. */
async function outcome<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const settled = Promise.allSettled([work]);
  await vi.advanceTimersByTimeAsync(10_000);
  return (await settled)[0];
}

describe('Reads', () => {
  test('one deadline for all reads together', async () => {
    const reads = new ReadBudget(30);
    const work = reads.within(async () => {
      for (let i = 0; i < 4; i++) await reads.read(later(8, 'x'));
    });
    expect(await outcome(work)).toMatchObject({ reason: expect.any(DeadlinePassed) });
  });

  test('a read that is no longer wanted is told so', async () => {
    const reads = new ReadBudget(10);
    let signal: AbortSignal | undefined;
    const work = reads.within(() =>
      reads.read((how) => {
        signal = how.signal;
        return new Promise(() => {});
      }),
    );
    expect(await outcome(work)).toMatchObject({ reason: expect.any(DeadlinePassed) });
    expect(signal?.aborted).toBe(true);
  });

  test('no timer stays behind', async () => {
    const reads = new ReadBudget(1000, 100);
    await reads.within(() => reads.read(async () => 'x'));
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the time of reads side by side counts once', async () => {
    const reads = new ReadBudget(1000);
    const work = reads.within(async () => {
      await Promise.all([reads.read(later(20, 'a')), reads.read(later(30, 'b'))]);
      await later(50, 'not a read')();
      await reads.read(later(5, 'c'));
    });
    await outcome(work);
    expect(reads.storeMs).toBe(35);
  });
});

describe('a hedged read', () => {
  const hedged = (...answers: (() => Promise<string>)[]) => {
    const reads = new ReadBudget(200, 5);
    const asked: ReadOptions[] = [];
    const attempt = vi.fn((how: ReadOptions) => {
      asked.push(how);
      return (answers.shift() as () => Promise<string>)();
    });
    return { attempt, asked, result: outcome(reads.within(() => reads.read(attempt))) };
  };
  const reset = () => Promise.reject(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
  const never = () => new Promise<string>(() => {});

  test('is sent once where the answer is quick', async () => {
    const { attempt, result } = hedged(later(0, 'first'));
    expect(await result).toMatchObject({ value: 'first' });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('is sent a second time, and the first answer counts', async () => {
    const { attempt, asked, result } = hedged(never, later(0, 'second'));
    expect(await result).toMatchObject({ value: 'second' });
    expect(attempt).toHaveBeenCalledTimes(2);
    await Promise.resolve();
    expect(asked[0]?.signal?.aborted).toBe(true);
    expect(asked.map(({ fresh }) => fresh)).toEqual([false, true]);
  });

  test('is sent a second time at once where the connection died', async () => {
    const { attempt, asked, result } = hedged(reset, later(0, 'second'));
    expect(await result).toMatchObject({ value: 'second' });
    expect(attempt).toHaveBeenCalledTimes(2);
    expect(asked.map(({ fresh }) => fresh)).toEqual([false, true]);
  });

  test('waits for the other where one fails', async () => {
    const { result } = hedged(later(20, 'first'), reset);
    expect(await result).toMatchObject({ value: 'first' });
  });

  test('fails where both fail', async () => {
    const { attempt, result } = hedged(reset, reset);
    expect(await result).toMatchObject({ reason: { code: 'ECONNRESET' } });
    expect(attempt).toHaveBeenCalledTimes(2);
  });
});
