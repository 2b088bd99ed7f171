import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';

/** A throttled request waits up to 3 s and comes again, for about four minutes. */
const THROTTLED = 100;
const OTHERWISE = 4;

/**
 * How often the SDK sends a request again: DynamoDB's throttling only slows a command down. The
 * SDK's own strategy gives up when several requests together had to be repeated too often.
 */
export const patience: RetryStrategyV2 = {
  acquireInitialRetryToken: async () => token(0),
  async refreshRetryTokenForRetry(before: RetryToken, { errorType }: RetryErrorInfo) {
    const count = before.getRetryCount() + 1;
    const most = errorType === 'THROTTLING' ? THROTTLED : OTHERWISE;
    if (errorType === 'CLIENT_ERROR' || count >= most) throw new Error('enough');
    return token(count);
  },
  recordSuccess() {},
};

const token = (count: number): RetryToken => ({
  getRetryCount: () => count,
  getRetryDelay: () => (count === 0 ? 0 : Math.random() * Math.min(50 * 2 ** count, 3000)),
});
