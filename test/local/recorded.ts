import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request and the event that AWS made of it. What differs from deployment to deployment is left out. */
export interface Recorded {
  /** Where it was published. */
  readonly source: string;
  readonly route: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly string[];
    readonly body?: string;
  };
  readonly event: Partial<APIGatewayProxyEventV2>;
}

export const RECORDED: readonly Recorded[] = [
  {
    // The example of the AWS documentation; its header names are made up.
    source:
      'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html',
    route: '$default',
    request: {
      method: 'POST',
      url: '/my/path?parameter1=value1&parameter1=value2&parameter2=value',
      headers: [
        ...['Cookie', 'cookie1; cookie2'],
        ...['Header1', 'value1'],
        ...['Header2', 'value1', 'header2', 'value2'],
        ...['Content-Type', 'text/plain'],
      ],
      body: 'Hello from Lambda',
    },
    event: {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/my/path',
      rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=value',
      cookies: ['cookie1', 'cookie2'],
      headers: {
        'content-length': '17',
        'content-type': 'text/plain',
        header1: 'value1',
        header2: 'value1,value2',
      },
      queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
      body: 'Hello from Lambda',
      isBase64Encoded: false,
    },
  },
  {
    // A GET with curl, echoed: no body, no cookies, no path parameters, a content-length all the same.
    source: 'the documentation of the function 4dn-status of 4DN-DCIC, 30 October 2020',
    route: 'ANY /4dn-status',
    request: {
      method: 'GET',
      url: '/4dn-status?echoevent=true',
      headers: [
        'Host',
        'x',
        'User-Agent',
        'curl/7.64.1',
        'Accept',
        '*/*',
        'Referer',
        'http://foo.com',
      ],
    },
    event: {
      version: '2.0',
      routeKey: 'ANY /4dn-status',
      rawPath: '/4dn-status',
      rawQueryString: 'echoevent=true',
      headers: {
        accept: '*/*',
        'content-length': '0',
        referer: 'http://foo.com',
        'user-agent': 'curl/7.64.1',
      },
      queryStringParameters: { echoevent: 'true' },
      isBase64Encoded: false,
    },
  },
  {
    source: 'https://github.com/floci-io/floci/issues/2172',
    route: '$default',
    request: {
      method: 'POST',
      url: '/dev/testApi',
      headers: [
        ...['Host', 'x', 'User-Agent', 'curl/8.2.1', 'Accept', '*/*'],
        ...['Content-Type', 'application/octet-stream'],
      ],
      body: 'hello world',
    },
    event: {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/dev/testApi',
      rawQueryString: '',
      headers: {
        accept: '*/*',
        'content-length': '11',
        'content-type': 'application/octet-stream',
        'user-agent': 'curl/8.2.1',
      },
      body: 'aGVsbG8gd29ybGQ=',
      isBase64Encoded: true,
    },
  },
];

/** Which bodies come as they are, measured on AWS: https://github.com/ministackorg/ministack/pull/766 */
export const CONTENT_TYPES: readonly [type: string | undefined, base64: boolean][] = [
  ['text/plain', false],
  ['text/xml; charset=ISO-8859-1', false],
  ['application/json', false],
  ['Application/JSON; charset=utf-8', false],
  ['application/xml', false],
  ['application/javascript', false],
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
  ['image/png', true],
  [undefined, true],
];

/** Paths are handed on decoded, queries are not. */
export const DECODED: readonly [url: string, path: string, query: string, source: string][] = [
  ['/a%2Fb', '/a/b', '', 'https://github.com/fastify/aws-lambda-fastify/issues/169'],
  [
    '/RSC/%40id%2Fassets%2Frsf0.js%23save.txt',
    '/RSC/@id/assets/rsf0.js#save.txt',
    '',
    'https://github.com/honojs/hono/issues/2156',
  ],
  [
    '/authorize?scope=openid%20profile',
    '/authorize',
    'scope=openid%20profile',
    'https://github.com/ministackorg/ministack/issues/1035',
  ],
  ['/thing/', '/thing/', '', 'https://github.com/floci-io/floci/issues/2136'],
];
