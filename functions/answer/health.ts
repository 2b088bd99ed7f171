import { isWithin, type Moment } from '../aws/trust.ts';
import type { HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';

/** How long one read of the table answers for: many monitors cost as much as one. */
const KEPT_MS = 5_000;
/** A table that takes longer does not answer: a decision has a quarter of it. */
const READ_MS = 1_000;

/**
 * `GET /v1/health`: 200 where the table answers, else 503. It needs no key, tells nothing else and
 * reads once in 5 s.
 *
 * @param read one read of the table
 * @param now by both clocks: what a frozen instance found is old when it thaws
 */
export function createHealth(
  read: (signal: AbortSignal) => Promise<unknown>,
  now: () => Moment,
): () => Promise<HttpResponse> {
  let found: Promise<boolean> | undefined;
  let since: Moment | undefined;
  return async () => {
    const at = now();
    if (found === undefined || since === undefined || !isWithin(KEPT_MS, since, at)) {
      since = at;
      found = read(AbortSignal.timeout(READ_MS)).then(
        () => true,
        () => false,
      );
    }
    if (!(await found)) {
      return new Problem(503, 'The table does not answer.').toResponse();
    }
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: '{"status":"ok"}',
    };
  };
}
