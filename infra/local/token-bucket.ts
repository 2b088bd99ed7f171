/** How many requests a route of the API lets through. */
export interface Throttle {
  /** Tokens that come in each second. */
  readonly rate: number;
  /** Tokens that there are at most, and at first. */
  readonly burst: number;
}

/** The limits of an API's routes, each counted apart. */
export interface Throttles {
  /** By route key. */
  readonly routes: Readonly<Record<string, Throttle>>;
  /** Of each route that has none of its own. */
  readonly others: Throttle;
}

/** A bucket for each route. */
export function bucketsOf(
  { routes, others }: Throttles,
  now: () => number,
): (route: string) => TokenBucket {
  const buckets = new Map<string, TokenBucket>();
  return (route) => {
    const bucket = buckets.get(route) ?? new TokenBucket(routes[route] ?? others, now);
    buckets.set(route, bucket);
    return bucket;
  };
}

/**
 * The token bucket by which API Gateway throttles a route: a request takes a token, or is refused.
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
