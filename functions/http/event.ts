import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpRequest, HttpResponse } from './http.ts';

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
