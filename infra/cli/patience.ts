import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

type RetryStrategy = Extract<
  DynamoDBClientConfig['retryStrategy'],
  { refreshRetryTokenForRetry: unknown }
>;

/** A throttled request waits up to 3 s and comes again, for about four minutes. */
const THROTTLED = 100;
const OTHERWISE = 4;

/**
 * How often the SDK sends a request again: DynamoDB's throttling only slows a command down. The
 * SDK's own strategy gives up when several requests together had to be repeated too often.
 */
export const patience: RetryStrategy = {
  acquireInitialRetryToken: async () => token(0),
  async refreshRetryTokenForRetry(before, { errorType }) {
    const count = before.getRetryCount() + 1;
    const most = errorType === 'THROTTLING' ? THROTTLED : OTHERWISE;
    if (errorType === 'CLIENT_ERROR' || count >= most) throw new Error('enough');
    return token(count);
  },
  recordSuccess() {},
};

const token = (count: number) => ({
  getRetryCount: () => count,
  getRetryDelay: () => (count === 0 ? 0 : Math.random() * Math.min(50 * 2 ** count, 3000)),
});
