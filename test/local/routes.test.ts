import { describe, expect, test } from 'vitest';
import { readDefinition } from '../../infra/local/definition.ts';
import { fromResult } from '../../infra/local/result.ts';
import { selectRoute } from '../../infra/local/routes.ts';

const routes = (keys: string[]) => keys.map((key) => ({ key, target: key }));

// The order of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
describe('routes', () => {
  const documented = routes([
    'GET /pets/dog/1',
    'GET /pets/dog/{id}',
    'GET /pets/{proxy+}',
    'ANY /{proxy+}',
    '$default',
  ]);
  test.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['POST', '/', '$default', {}],
  ])('%s %s goes to %s', (method, url, key, parameters) => {
    expect(selectRoute(documented, method, url)).toMatchObject({ target: key, parameters });
  });

  const own = routes(['POST /v1/route', 'ANY /v1/route/{dialect+}']);
  test.each([
    ['POST', '/v1/route?x=1', 'POST /v1/route', {}],
    ['GET', '/v1/route', undefined, {}],
    ['POST', '/v1/route/', undefined, {}],
    ['HEAD', '/v1/route/curri', 'ANY /v1/route/{dialect+}', { dialect: 'curri' }],
    ['GET', '/v1/route/drachtio/', 'ANY /v1/route/{dialect+}', { dialect: 'drachtio/' }],
    ['GET', '/v1/route/drachtio/k%2B1/', 'ANY /v1/route/{dialect+}', { dialect: 'drachtio/k+1/' }],
    ['POST', '/v2/route', undefined, {}],
    ['POST', '/v1/route%2Fx', undefined, {}],
    ['POST', '/v1/%', undefined, {}],
  ])('%s %s goes to %s', (method, url, key, parameters) => {
    const match = selectRoute(own, method, url);
    expect(match?.target).toBe(key);
    if (match) expect(match.parameters).toEqual(parameters);
  });

  test('environment and limits are those that are deployed', () => {
    const { routes, environment, throttles } = readDefinition('local');
    const [route] = routes.filter(({ key }) => key === 'POST /v1/route');
    expect(route?.target.file).toMatch(/dist\/route\/index\.mjs$/);
    expect(environment).toMatchObject({ DIVERT_TABLE: 'divert-local', DIVERT_DEADLINE_MS: '250' });
    // As in test/deploy/switches.test.ts, of what is packaged.
    // A flood of what no call waits for takes nothing from calls.
    const calls = { rate: 1000, burst: 1000 };
    expect(throttles).toEqual({
      routes: {
        'POST /v1/route': calls,
        'ANY /v1/route/{dialect+}': calls,
        'GET /v1/health': { rate: 10, burst: 20 },
      },
      others: { rate: 50, burst: 50 },
    });
  });
});

// "Format of the response", payload 2.0, of the same page as the event.
describe('a result', () => {
  const json = { 'content-type': 'application/json' };
  test.each<[string, unknown, number, Record<string, unknown>, string]>([
    [
      'with a status',
      { statusCode: 201, headers: { 'Content-Type': 'a/b' }, body: 'x' },
      201,
      { 'content-type': 'a/b' },
      'x',
    ],
    [
      'without a type',
      { statusCode: 200, body: 'x' },
      200,
      { 'content-type': 'text/plain; charset=utf-8' },
      'x',
    ],
    [
      'with cookies',
      { statusCode: 204, cookies: ['a=1', 'b=2'] },
      204,
      { 'set-cookie': ['a=1', 'b=2'] },
      '',
    ],
    ['in base64', { statusCode: 200, body: 'eA==', isBase64Encoded: true }, 200, {}, 'x'],
    ['that is only JSON', { hello: 1 }, 200, json, '{"hello":1}'],
    ['that is a string', 'hello', 200, json, '"hello"'],
    ['with a bad status', { statusCode: 'x' }, 500, json, '{"message":"Internal Server Error"}'],
    [
      'with bad headers',
      { statusCode: 200, headers: [] },
      500,
      json,
      '{"message":"Internal Server Error"}',
    ],
  ])('%s', (_, result, status, headers, body) => {
    const made = fromResult(result);
    expect(made.status).toBe(status);
    expect(made.headers).toMatchObject(headers);
    expect(made.body.toString()).toBe(body);
  });
});
