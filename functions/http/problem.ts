import type { Peer } from '../decide/model.ts';
import type { HttpResponse } from './http.ts';

/** The statuses with which a request is refused, each with its phrase (RFC 9110 §15, RFC 6585). */
export const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export type ProblemStatus = keyof typeof TITLES;

/** What a problem tells beside its status and detail. */
export interface About {
  /** Where, in a call: `requestUri`, `outcome.status`, `headers.Diversion`, `body`, `Authorization`. */
  readonly field?: string | undefined;
  /** Everything that is wrong in a resource, each with its JSON Pointer (RFC 6901). */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The peer that asked, where its key was good: not part of the response. */
  readonly peer?: Peer | undefined;
  readonly cause?: unknown;
}

/** Why a request is refused, as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ProblemStatus;
  /** What is wrong and what to do. */
  readonly detail: string;
  readonly about: About;

  /** @param about everything else; a text alone is the field */
  constructor(status: ProblemStatus, detail: string, about: string | About = {}) {
    super(detail);
    this.status = status;
    this.detail = detail;
    this.about = typeof about === 'string' ? { field: about } : about;
    if (this.about.cause !== undefined) this.cause = this.about.cause;
  }

  get field(): string | undefined {
    return this.about.field;
  }

  get peer(): Peer | undefined {
    return this.about.peer;
  }

  /** The same, of a peer that is known. */
  withPeer(peer: Peer): Problem {
    return new Problem(this.status, this.detail, { ...this.about, peer });
  }

  toResponse(): HttpResponse {
    const { status, detail } = this;
    const { field, errors } = this.about;
    return {
      status,
      headers: {
        'content-type': 'application/problem+json',
        // RFC 9110 §11.6.1: a 401 names the scheme.
        ...(status === 401 && { 'www-authenticate': 'Bearer' }),
        ...this.about.headers,
      },
      body: JSON.stringify({
        ...{ type: 'about:blank', title: TITLES[status], status, detail },
        ...{ field, errors },
      }),
    };
  }
}
