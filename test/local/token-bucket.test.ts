import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBucket } from '../../infra/local/token-bucket.ts';

/** Which of the requests that come at these milliseconds are let through. */
function admitted(rate: number, burst: number, times: readonly number[]): boolean[] {
  let now = times[0] ?? 0;
  const bucket = new TokenBucket({ rate, burst }, () => now);
  return times.map((time) => {
    now = time;
    return bucket.take();
  });
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
const CASES: [string, number, number, number[], string][] = [
  ['is full at first', 1, 3, [0, 0, 0, 0], 'yyyn'],
  ['fills at its rate', 10, 1, [0, 99, 100, 199, 200], 'ynyny'],
  ['keeps what is less than a token', 4, 1, [0, 125, 250, 375, 500], 'ynyny'],
  ['holds no more than the burst', 1_000, 2, [0, 0, 60_000, 60_000, 60_000], 'yyyyn'],
  ['charges nothing for a refusal', 2, 1, [0, 100, 200, 300, 400, 500], 'ynnnny'],
];

describe('the token bucket', () => {
  test.each(CASES)('%s', (_, rate, burst, times, expected) => {
    const seen = admitted(rate, burst, times).map((yes) => (yes ? 'y' : 'n'));
    expect(seen.join('')).toBe(expected);
  });

  const limits = {
    rate: fc.integer({ min: 1, max: 2_000 }),
    burst: fc.integer({ min: 1, max: 50 }),
  };
  const gaps = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 100 });
  const timesOf = (some: readonly number[]) => {
    let time = 0;
    return some.map((gap) => (time += gap));
  };

  test('lets through, in whatever time, no more than the burst and what came in meanwhile', () => {
    fc.assert(
      fc.property(limits.rate, limits.burst, gaps, (rate, burst, some) => {
        const times = timesOf(some);
        const passes = admitted(rate, burst, times);
        const through = times.filter((_, i) => passes[i]);
        for (const [i, from] of through.entries()) {
          for (const [j, to] of through.entries()) {
            if (j < i) continue;
            const most = burst + ((to - from) / 1_000) * rate;
            expect(j - i + 1).toBeLessThanOrEqual(most + 1e-6);
          }
        }
      }),
    );
  });

  test('refuses nobody who stays below the rate, whatever the burst', () => {
    fc.assert(
      fc.property(limits.rate, limits.burst, gaps, (rate, burst, some) => {
        const slow = timesOf(some.map((gap) => gap + Math.ceil(1_000 / rate) + 0.001));
        expect(admitted(rate, burst, slow)).not.toContain(false);
      }),
    );
  });
});
