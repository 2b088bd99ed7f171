import type { HttpResponse } from '../http/http.ts';
import type { Fault } from '../rules/source/fault.ts';

/** The statuses with which the admin API refuses, each with its phrase (RFC 9110 §15, RFC 6585). */
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
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export type ProblemStatus = keyof typeof TITLES;

/** One thing that is wrong in what was sent. */
export interface Mistake {
  /** JSON Pointer (RFC 6901) into the resource. */
  readonly pointer: string;
  readonly detail: string;
}

/** Why a request is refused, as `application/problem+json` (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: ProblemStatus;
  /** What is wrong and what to do. */
  readonly detail: string;
  readonly errors: readonly Mistake[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ProblemStatus,
    detail: string,
    more: {
      readonly errors?: readonly Mistake[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.name = 'ApiProblem';
    this.status = status;
    this.detail = detail;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }

  toResponse(): HttpResponse {
    const { status, detail, errors, headers } = this;
    return {
      status,
      headers: { 'content-type': 'application/problem+json', ...headers },
      body: JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail, errors }),
    };
  }
}

/** Faults of a rules document as the API tells them. */
export const mistakesOf = (faults: readonly Fault[]): Mistake[] =>
  faults.map(({ pointer, message }) => ({ pointer, detail: message }));

/** More mistakes than this help nobody. */
const MAX_MISTAKES = 100;

/** 422: the content is understood, and wrong. */
export function invalid(mistakes: readonly Mistake[]): ApiProblem {
  const [first] = mistakes;
  const more = mistakes.length > 1 ? ` (and ${mistakes.length - 1} more, see errors)` : '';
  return new ApiProblem(422, `${first?.pointer || 'the body'} ${first?.detail}${more}`, {
    errors: mistakes.slice(0, MAX_MISTAKES),
  });
}
