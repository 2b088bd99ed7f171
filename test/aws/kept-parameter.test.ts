import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KeptParameter } from '../../functions/aws/kept-parameter.ts';

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

/** A parameter whose value counts how often it was read, after so many milliseconds each. */
function kept() {
  const state = { ms: 0, fails: false };
  const asked: (boolean | undefined)[] = [];
  const parameter = new KeptParameter(
    '/secret',
    async (_name, options) => {
      asked.push(options?.fresh);
      const nth = asked.length;
      await new Promise((resolve) => setTimeout(resolve, state.ms));
      if (state.fails) throw new Error('throttled');
      return `${nth}`;
    },
    (text) => `value ${text}`,
    Date.now,
  );
  return { parameter, state, asked };
}

/** What comes of it within so many milliseconds. */
async function soon<T>(ms: number, work: Promise<T>): Promise<T | 'waits'> {
  let result: T | 'waits' = 'waits';
  const done = work.then((value) => {
    result = value;
  });
  done.catch(() => {});
  await vi.advanceTimersByTimeAsync(ms);
  if (result !== 'waits') await done;
  return result;
}

describe('a kept parameter', () => {
  test('is read in the init phase, not by calls', async () => {
    const { parameter, state, asked } = kept();
    state.ms = 120;
    await soon(120, parameter.start());
    expect(await soon(0, parameter.value())).toBe('value 1');
    expect(asked).toHaveLength(1);
  });

  test('from 20 s on it is read again, and no call waits for that', async () => {
    const { parameter, state, asked } = kept();
    await soon(0, parameter.start());
    state.ms = 120;
    await vi.advanceTimersByTimeAsync(19_999);
    expect(await soon(0, parameter.value())).toBe('value 1');
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    for (let i = 0; i < 2; i++) expect(await soon(0, parameter.value())).toBe('value 1');
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(120);
    expect(await soon(0, parameter.value())).toBe('value 2');
  });

  test.each([
    [50, 'value 2'],
    [300, 'value 1'],
  ])('after 15 minutes a call waits for 100 ms at most: read in %i ms', async (ms, expected) => {
    const { parameter, state } = kept();
    await soon(0, parameter.start());
    state.ms = ms;
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    expect(await soon(100, parameter.value())).toBe(expected);
  });

  test('is read once more over a new connection, then the last known one stands in', async () => {
    const { parameter, state, asked } = kept();
    await soon(0, parameter.start());
    state.fails = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await soon(0, parameter.value())).toBe('value 1');
    expect(asked).toEqual([false, false, true]);
    for (let i = 0; i < 9; i++) await soon(0, parameter.value());
    expect(asked).toHaveLength(3);
  });

  test('that proved wrong is read again at once, and then not for 5 s', async () => {
    const { parameter, asked } = kept();
    await soon(0, parameter.start());
    expect(await soon(0, parameter.newer())).toBe('value 1');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await soon(0, parameter.newer())).toBe('value 2');
    expect(await soon(0, parameter.newer())).toBe('value 2');
    expect(asked).toHaveLength(2);
  });

  test('holds up no start for longer than 500 ms, and may be read by a call', async () => {
    const { parameter, state, asked } = kept();
    state.ms = 700;
    expect(await soon(500, parameter.start())).toBeUndefined();
    expect(await soon(200, parameter.value())).toBe('value 1');
    expect(asked).toHaveLength(1);
  });

  test('that was never read: the error', async () => {
    const { parameter, state } = kept();
    state.fails = true;
    await soon(1, parameter.start());
    for (const read of [() => parameter.value(), () => parameter.newer()]) {
      const error = read().catch(({ message }) => message);
      expect(await soon(1, error)).toBe('throttled');
    }
  });
});
