import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { Problem } from '../http/problem.ts';
import type { Asked } from './found-call.ts';

/** A search that is under way, as its asker carries it on. */
export interface CallSearch {
  readonly domain: string;
  readonly who: string;
  /** The query's id by region. */
  readonly queries: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly asked: Asked;
  /** Calls that were given already. */
  readonly given: number;
  /** Bytes that were counted against the budget already. */
  readonly counted: number;
}

/** The service keeps what a query found for days; a search is not gone on with for so long. */
const VALID_MS = 3_600_000;

/** The cursor of the page that follows: nobody but us makes one. */
export function searchCursor(search: CallSearch, key: KeyObject, now: number): string {
  const body = Buffer.from(JSON.stringify({ ...search, until: now + VALID_MS }));
  return `${body.toString('base64url')}.${signatureOf(body, key).toString('base64url')}`;
}

/**
 * The search that a cursor carries on.
 *
 * @throws {Problem} 400 where it is none, another's, or too old
 */
export function searchIn(
  cursor: string,
  key: KeyObject,
  { domain, who, now }: { readonly domain: string; readonly who: string; readonly now: number },
): CallSearch {
  const [body = Buffer.alloc(0), signature = Buffer.alloc(0)] = cursor
    .slice(0, 4_000)
    .split('.')
    .map((part) => Buffer.from(part, 'base64url'));
  const right = signatureOf(body, key);
  if (signature.length === right.length && timingSafeEqual(signature, right)) {
    const { until, ...search }: CallSearch & { until: number } = JSON.parse(body.toString());
    if (search.domain === domain && search.who === who && now < until) return search;
  }
  throw new Problem(400, 'cursor is no `next` of a search of yours: search again', 'cursor');
}

const signatureOf = (body: Buffer, key: KeyObject): Buffer =>
  createHmac('sha256', key).update('call search\n').update(body).digest();
