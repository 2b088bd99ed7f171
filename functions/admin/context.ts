import type { HttpRequest } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import type { Author, Table } from '../store/table.ts';
import type { Caller } from './caller.ts';
import type { Services } from './services.ts';

/** A request that was routed, with who sent it. */
export interface ApiRequest {
  readonly http: HttpRequest;
  readonly caller: Caller;
  readonly table: Table;
  readonly services: Services;
  /** From the path: `domain`, `user`, `name`, `id`. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** Who goes into the history for a change. `forced`: it is about what belongs to code. */
export function authorOf({ caller, http }: ApiRequest, forced = false): Author {
  const address = http.sourceIp ?? 'unknown address';
  return { who: caller.who, from: forced ? `api forced ${address}` : `api ${address}` };
}

/**
 * Whether the change is forced, given that it is about what belongs to code.
 *
 * @throws {Problem} 409 where it is not
 */
export function forcedOrRefused({ query }: ApiRequest, what: string): true {
  const force = query.get('force');
  if (force === 'true') return true;
  if (force !== null && force !== 'false') {
    throw new Problem(400, `force=${force} must be true or false`);
  }
  throw new Problem(
    409,
    `${what} belongs to the rules that are kept as code: change it there and apply it, or send ` +
      '?force=true, which the next plan shows as drift',
  );
}

/** A page's size and where it starts. */
export interface PageQuery {
  readonly limit: number;
  readonly after?: string;
}

export const MAX_PAGE = 100;

/** A page's size. @throws {Problem} 400 */
export function limitOf({ query }: Pick<ApiRequest, 'query'>): number {
  const text = query.get('limit');
  const limit = text === null ? MAX_PAGE : Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return limit;
  throw new Problem(400, `limit=${text} must be a whole number from 1 to ${MAX_PAGE}`);
}

/** @throws {Problem} 400 */
export function pageOf({ query }: ApiRequest): PageQuery {
  const limit = limitOf({ query });
  const cursor = query.get('cursor');
  return cursor === null ? { limit } : { limit, after: decodeCursor(cursor) };
}

/** The cursor of the page that follows: opaque to those who use it. */
export const cursorOf = (after: string): string => Buffer.from(after).toString('base64url');

function decodeCursor(cursor: string): string {
  const after = Buffer.from(cursor, 'base64url').toString();
  if (after === '' || after.length > 1000 || cursorOf(after) !== cursor) {
    throw new Problem(400, `cursor=${cursor.slice(0, 60)} is no 'next' of a page`);
  }
  return after;
}
