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
export const retryStrategy: RetryStrategy = {
  acquireInitialRetryToken: async () => new Tries(0, 0),
  async refreshRetryTokenForRetry(before, { errorType }) {
    if (errorType === 'CLIENT_ERROR' || !(before instanceof Tries)) throw new Error('enough');
    // Each kind by itself: a connection that breaks after much throttling is still the first.
    const throttled = before.throttled + (errorType === 'THROTTLING' ? 1 : 0);
    const otherwise = before.otherwise + (errorType === 'THROTTLING' ? 0 : 1);
    if (throttled >= THROTTLED || otherwise >= OTHERWISE) throw new Error('enough');
    return new Tries(throttled, otherwise);
  },
  recordSuccess() {},
};

/** How often a request was sent again, and why. */
class Tries {
  readonly throttled: number;
  readonly otherwise: number;

  constructor(throttled: number, otherwise: number) {
    this.throttled = throttled;
    this.otherwise = otherwise;
  }

  getRetryCount(): number {
    return this.throttled + this.otherwise;
  }

  getRetryDelay(): number {
    const count = this.getRetryCount();
    return count === 0 ? 0 : Math.random() * Math.min(50 * 2 ** count, 3000);
  }
}
