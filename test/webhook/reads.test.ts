import { describe, expect, test, vi } from 'vitest';
import { DeadlinePassed, Reads } from '../../functions/webhook/reads.ts';

const later = (ms: number, value: string) => () =>
  new Promise<string>((resolve) => setTimeout(resolve, ms, value));

describe('Reads', () => {
  test('one deadline for all reads together', async () => {
    const reads = new Reads(30);
    const done: string[] = [];
    const work = reads.within(async () => {
      for (;;) done.push(await reads.read(later(8, 'x')));
    });
    await expect(work).rejects.toThrow(DeadlinePassed);
    expect(done.length).toBeGreaterThan(0);
  });

  test('a read that is no longer wanted is told so', async () => {
    const reads = new Reads(10);
    let signal: AbortSignal | undefined;
    const work = reads.within(() =>
      reads.read((s) => {
        signal = s;
        return new Promise(() => {});
      }),
    );
    await expect(work).rejects.toThrow(DeadlinePassed);
    expect(signal?.aborted).toBe(true);
  });

  test('no timer stays behind', async () => {
    vi.useFakeTimers();
    const reads = new Reads(1000, 100);
    await reads.within(() => reads.read(async () => 'x'));
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('the time of reads side by side counts once', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    const reads = new Reads(1000);
    const work = reads.within(async () => {
      await Promise.all([reads.read(later(20, 'a')), reads.read(later(30, 'b'))]);
      await later(50, 'not a read')();
      await reads.read(later(5, 'c'));
    });
    await vi.advanceTimersByTimeAsync(200);
    await work;
    expect(reads.storeMs).toBe(35);
    vi.useRealTimers();
  });
});

describe('a hedged read', () => {
  const hedged = (...answers: (() => Promise<string>)[]) => {
    const reads = new Reads(200, 5);
    const signals: AbortSignal[] = [];
    const attempt = vi.fn((signal: AbortSignal) => {
      signals.push(signal);
      return (answers.shift() as () => Promise<string>)();
    });
    return { attempt, signals, result: reads.within(() => reads.read(attempt)) };
  };
  const reset = () => Promise.reject(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
  const never = () => new Promise<string>(() => {});

  test('is sent once where the answer is quick', async () => {
    const { attempt, result } = hedged(later(0, 'first'));
    expect(await result).toBe('first');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('is sent a second time, and the first answer counts', async () => {
    const { attempt, signals, result } = hedged(never, later(0, 'second'));
    expect(await result).toBe('second');
    expect(attempt).toHaveBeenCalledTimes(2);
    await Promise.resolve();
    expect(signals[0]?.aborted).toBe(true);
  });

  test('is sent a second time at once where the connection died', async () => {
    const { attempt, result } = hedged(reset, later(0, 'second'));
    expect(await result).toBe('second');
    expect(attempt).toHaveBeenCalledTimes(2);
  });

  test('waits for the other where one fails', async () => {
    const { result } = hedged(later(20, 'first'), reset);
    expect(await result).toBe('first');
  });

  test('fails where both fail', async () => {
    const { attempt, result } = hedged(reset, reset);
    await expect(result).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(attempt).toHaveBeenCalledTimes(2);
  });
});
