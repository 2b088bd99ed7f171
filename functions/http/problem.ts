import type { Peer } from '../decide/model.ts';
import type { HttpResponse } from './http.ts';

/** The statuses of a refusal, each with its phrase (RFC 9110 §15.5). */
const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Content Too Large',
} as const;

/**
 * A request that is refused, as `application/problem+json` (RFC 9457) that names the field.
 * Everything else has an answer.
 */
export class Problem extends Error {
  readonly status: keyof typeof TITLES;
  /** What is wrong and what to do. */
  readonly detail: string;
  /** Where: `requestUri`, `outcome.status`, `headers.Diversion`, `body`, `Authorization`. */
  readonly field: string | undefined;
  /** The peer that asked, where its key was good: not part of the response. */
  readonly peer: Peer | undefined;

  constructor(status: keyof typeof TITLES, detail: string, field?: string, peer?: Peer) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.detail = detail;
    this.field = field;
    this.peer = peer;
  }

  /** The same, of a peer that is known. */
  withPeer(peer: Peer): Problem {
    return new Problem(this.status, this.detail, this.field, peer);
  }

  toResponse(): HttpResponse {
    const { status, detail, field } = this;
    const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
    // RFC 9110 §11.6.1: a 401 names the scheme.
    if (status === 401) headers['www-authenticate'] = 'Bearer';
    const body = { type: 'about:blank', title: TITLES[status], status, detail, field };
    return { status, headers, body: JSON.stringify(body) };
  }
}
