import type { HttpRequest } from './http.ts';
import { Problem } from './problem.ts';

/** The largest body that is read: 64 KiB. */
const MAX_BODY = 65_536;

/** @throws {Problem} 413 where the body is over 64 KiB. */
export function limitBody({ body }: HttpRequest): void {
  // A UTF-16 unit is at most three bytes of UTF-8: most bodies need no count.
  if (
    body.length > MAX_BODY ||
    (body.length * 3 > MAX_BODY && Buffer.byteLength(body) > MAX_BODY)
  ) {
    throw new Problem(413, 'The body is over 64 KiB: send fewer or shorter SIP headers.', 'body');
  }
}
