import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Problem } from './problem.ts';

/** An HTTP request as the handlers see it, whatever carried it. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Raw, without `?`. */
  readonly query: string;
  /** Names in lower case, several values joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly sourceIp?: string;
}

/** An HTTP response as the handlers give it. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The largest body that is read: 64 KiB. */
const MAX_BODY = 65_536;

/** Reads an event of API Gateway's HTTP API, payload format 2.0; the stage is not part of the path. */
export function fromEvent(event: APIGatewayProxyEventV2): HttpRequest {
  const { http, stage } = event.requestContext;
  const path = event.rawPath;
  const body = event.body ?? '';
  return {
    method: http.method,
    path: path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path,
    query: event.rawQueryString ?? '',
    headers: event.headers as Record<string, string>,
    body: event.isBase64Encoded ? Buffer.from(body, 'base64').toString() : body,
    sourceIp: http.sourceIp,
  };
}

/** Prints a response in payload format 2.0. */
export function toResult(response: HttpResponse): APIGatewayProxyStructuredResultV2 {
  return { statusCode: response.status, headers: { ...response.headers }, body: response.body };
}

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
