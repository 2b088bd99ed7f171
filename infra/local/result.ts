/** An HTTP response as it goes out. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** API Gateway's own answers. */
const message = (status: number, text: string): Outgoing => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message: text })),
});

/** A JWT authorizer was not convinced. */
export const UNAUTHORIZED = message(401, 'Unauthorized');
/** An IAM authorizer was not convinced. */
export const FORBIDDEN = message(403, 'Forbidden');
export const NOT_FOUND = message(404, 'Not Found');
export const TOO_LARGE = message(413, 'Request Entity Too Large');
/** The stage's throttle let it not through. */
export const TOO_MANY_REQUESTS = message(429, 'Too Many Requests');
/** The handler threw, took longer than its time-out, or returned what is no response. */
export const SERVER_ERROR = message(500, 'Internal Server Error');

/**
 * The response that API Gateway makes of what a handler returned, payload format 2.0: without a
 * `statusCode` all of it is the JSON body of a 200.
 */
export function fromResult(result: unknown): Outgoing {
  if (!isObject(result) || result.statusCode === undefined) {
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(result) ?? ''),
    };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded } = result;
  const status = Number(statusCode);
  if (!(status >= 100 && status <= 599) || !isObject(headers) || !Array.isArray(cookies)) {
    return SERVER_ERROR;
  }
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(lower),
      ...(cookies.length > 0 && { 'set-cookie': cookies.map(String) }),
    },
    body: Buffer.from(
      typeof body === 'string' ? body : JSON.stringify(body),
      isBase64Encoded === true ? 'base64' : 'utf8',
    ),
  };
}

import { isObject } from '../../functions/rules/schema/is-object.ts';
