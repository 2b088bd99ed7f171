import { describe, expect, test } from 'vitest';
import { type Incoming, toEvent } from '../../infra/local/event.ts';
import { selectRoute } from '../../infra/local/routes.ts';
import { CONTENT_TYPES, DECODED, RECORDED } from './recorded.ts';

const invocation = { requestId: 'b0e3d3a4-3b6e-4e5c-9f57-000000000001', port: 3000 };
const TIME = Date.parse('2020-03-12T19:03:58.390Z');

function eventOf(
  request: { method?: string; url: string; headers?: readonly string[]; body?: string },
  route = '$default',
) {
  const incoming: Incoming = {
    method: request.method ?? 'GET',
    url: request.url,
    httpVersion: '1.1',
    rawHeaders: request.headers ?? [],
    body: Buffer.from(request.body ?? ''),
    sourceIp: '192.0.2.1',
  };
  const match = selectRoute([{ key: route, target: 0 }], incoming.method, incoming.url);
  if (!match) throw new Error(`no route for ${request.url}`);
  return toEvent(incoming, match, { ...invocation, time: TIME });
}

/** Names that API Gateway sets, whose values are of one deployment. */
const OWN = ['host', 'x-amzn-trace-id', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto'];

test.each(RECORDED)('makes the event that AWS made: $source', ({ route, request, event }) => {
  const { requestContext, ...made } = eventOf(request, route);
  const headers = Object.entries(made.headers).filter(([name]) => !OWN.includes(name));
  expect({ ...made, headers: Object.fromEntries(headers) }).toEqual(event);
  expect(requestContext).toMatchObject({
    http: { method: request.method, path: event.rawPath, sourceIp: '192.0.2.1' },
    routeKey: route,
    stage: '$default',
    time: '12/Mar/2020:19:03:58 +0000',
    timeEpoch: TIME,
  });
});

test.each(CONTENT_TYPES)('a body of type %s comes as base64: %s', (type, base64) => {
  const headers = type === undefined ? [] : ['content-type', type];
  const { body, isBase64Encoded } = eventOf({ method: 'POST', url: '/', headers, body: 'a=ü' });
  expect([body, isBase64Encoded]).toEqual([base64 ? 'YT3DvA==' : 'a=ü', base64]);
});

test.each(DECODED)('%s comes as path %s, query %s (%s)', (url, path, query) => {
  const { rawPath, rawQueryString, requestContext } = eventOf({ url });
  expect([rawPath, rawQueryString, requestContext.http.path]).toEqual([path, query, path]);
});

describe('headers', () => {
  test('of the connection stay behind, and proxies are counted', () => {
    const { headers } = eventOf({
      url: '/',
      headers: [
        'Connection',
        'keep-alive',
        'X-Forwarded-For',
        '198.51.100.7',
        'X-A',
        '1',
        'x-a',
        '2',
      ],
    });
    expect(headers).toMatchObject({ 'x-a': '1,2', 'x-forwarded-for': '198.51.100.7, 192.0.2.1' });
    expect(headers).not.toHaveProperty('connection');
  });
});
