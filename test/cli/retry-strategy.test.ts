import { expect, test } from 'vitest';
import { retryStrategy } from '../../infra/cli/retry-strategy.ts';

type ErrorType = 'THROTTLING' | 'TRANSIENT' | 'CLIENT_ERROR';

/** How many of these errors in a row a request survives. */
async function survived(errors: readonly ErrorType[]): Promise<number> {
  let token = await retryStrategy.acquireInitialRetryToken('');
  for (const [i, errorType] of errors.entries()) {
    try {
      token = await retryStrategy.refreshRetryTokenForRetry(token, { errorType });
    } catch {
      return i;
    }
  }
  return errors.length;
}
const times = (count: number, error: ErrorType): ErrorType[] => Array(count).fill(error);

test.each<[string, ErrorType[], number]>([
  ['throttling is waited out', times(90, 'THROTTLING'), 90],
  ['but not for ever', times(200, 'THROTTLING'), 99],
  ['a broken connection is tried again', times(3, 'TRANSIENT'), 3],
  ['a few times', times(10, 'TRANSIENT'), 3],
  ['after much throttling too', [...times(20, 'THROTTLING'), ...times(3, 'TRANSIENT')], 23],
  ['a mistake is not repeated', times(3, 'CLIENT_ERROR'), 0],
])('%s', async (_, errors, expected) => {
  expect(await survived(errors)).toBe(expected);
});
