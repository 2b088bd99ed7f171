/** How many requests a stage of the API lets through. */
export interface Throttle {
  /** Tokens that come in each second. */
  readonly rate: number;
  /** Tokens that there are at most, and at first. */
  readonly burst: number;
}

/**
 * The token bucket by which API Gateway throttles a stage: a request takes a token, or is refused.
 * API Gateway calls its limits targets, and may let more through; this one is exact.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class TokenBucket {
  readonly #throttle: Throttle;
  readonly #now: () => number;
  #tokens: number;
  #filled: number;

  /** @param now milliseconds of a clock that is never set back */
  constructor(throttle: Throttle, now: () => number) {
    this.#throttle = throttle;
    this.#now = now;
    this.#tokens = throttle.burst;
    this.#filled = now();
  }

  /** Whether there was a token; it is taken then. */
  take(): boolean {
    const { rate, burst } = this.#throttle;
    const now = this.#now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filled) / 1_000) * rate);
    this.#filled = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
