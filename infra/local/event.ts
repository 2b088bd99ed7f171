import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Proof } from './authorizer.ts';
import type { Match } from './routes.ts';

/** An HTTP request as it came in. */
export interface Incoming {
  readonly method: string;
  /** Path and query as on the request line. */
  readonly url: string;
  readonly httpVersion: string;
  /** Names and values in turn, as on the wire. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** What API Gateway adds of its own. */
export interface Invocation {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly port: number;
  /** Where an authorizer proved who asks. */
  readonly proof?: Proof | undefined;
}

/** Headers that belong to the connection and end at API Gateway. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The event that API Gateway's HTTP API makes of a request, payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * What that page leaves open is as recorded events have it; test/local/event.test.ts names them.
 */
export function toEvent(
  request: Incoming,
  { route, path, parameters }: Match,
  { requestId, time, port, proof }: Invocation,
): APIGatewayProxyEventV2 {
  const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '';
  const { headers, cookies } = joined(request.rawHeaders);
  const host = headers.host ?? 'localhost';
  headers['content-length'] = String(request.body.length);
  headers['x-amzn-trace-id'] =
    `Root=1-${Math.floor(time / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)}`;
  headers['x-forwarded-for'] = headers['x-forwarded-for']
    ? `${headers['x-forwarded-for']}, ${request.sourceIp}`
    : request.sourceIp;
  headers['x-forwarded-port'] = String(port);
  headers['x-forwarded-proto'] = 'http';
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: sorted(headers),
    ...(query !== '' && { queryStringParameters: parsedQuery(query) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      ...(proof && { authorizer: proof }),
      domainName: host,
      domainPrefix: host.split('.')[0] ?? host,
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: route,
      stage: '$default',
      time: clfTime(time),
      timeEpoch: time,
    },
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    ...body(request.body, headers['content-type']),
  };
}

/** Names in lower case, several of one name joined by commas; cookies stand apart. */
function joined(raw: readonly string[]): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? '';
    const value = raw[i + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/; */));
    else if (!HOP_BY_HOP.has(name)) {
      headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
    }
  }
  return { headers, cookies };
}

const sorted = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)));

function parsedQuery(query: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    values[name] = values[name] === undefined ? value : `${values[name]},${value}`;
  }
  return values;
}

/** Text is what says so; everything else, forms and what has no type included, comes as base64. */
const TEXT = /^(?:text\/.*|application\/(?:json|xml|javascript))$/i;

function body(
  content: Buffer,
  contentType: string | undefined,
): Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> {
  if (content.length === 0) return { isBase64Encoded: false };
  const isText = TEXT.test(contentType?.split(';')[0]?.trim() ?? '');
  return { body: content.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** `12/Mar/2020:19:03:58 +0000`, as access logs write it. */
function clfTime(time: number): string {
  const [, , day, month, year, clock] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(time).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}
