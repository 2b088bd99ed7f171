import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signToken } from '../../infra/local/authorizer.ts';
import { readDefinition } from '../../infra/local/definition.ts';
import { type Local, startLocal } from '../../infra/local/local.ts';
import type { Word, Work } from '../../infra/local/worker.ts';
import { Web } from '../fetch/web.ts';
import { startGuard, tableRights } from './guard.ts';
import { packageService, type Template } from './package.ts';

/*
 * Whether each function's role is enough for what the function does, and no more: the bundles run
 * against a database that refuses what the packaged role does not allow. What IAM itself makes of
 * a role only AWS can show.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = Buffer.alloc(32, 7);

let template: Template;
let local: Local;
let web: Web;
beforeAll(async () => {
  [{ template }, local, web] = await Promise.all([
    packageService(),
    startLocal({ documents: [`${ROOT}infra/rules/example.com.yaml`], port: 0 }),
    Web.start(['calendars.example.net']),
  ]);
  web.pages.set('calendars.example.net/holidays.ics', (_, response) => response.end(HOLIDAYS));
  const operator = await local.token({
    ...{ sub: 'ada', 'divert:role': 'admin', 'divert:domains': ['*'] },
  });
  const response = await fetch(`${local.url}/v1/domains/example.com?force=true`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${operator}`,
      'content-type': 'application/json',
      'if-match': '*',
    },
    body: JSON.stringify({ switches: { night: { on: '*28', off: '*29', by: ['bob'] } } }),
  });
  expect(response.status).toBe(200);
});
afterAll(() => Promise.all([local.stop(), web.stop()]));

/** Of every year, so that it never runs out. */
const HOLIDAYS = [
  'BEGIN:VCALENDAR',
  'BEGIN:VEVENT',
  'UID:1',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;VALUE=DATE:20261225',
  'RRULE:FREQ=YEARLY',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n');
const calendars = { holidays: { url: 'https://calendars.example.net/holidays.ics' } };

/** `POST /v1/route` with this body; expects this status. A token is for all domains unless told. */
type Ask = (
  request: string,
  status: number,
  body?: object,
  domains?: readonly string[],
) => Promise<Record<string, unknown>>;

const busyBob = {
  callId: '1',
  requestUri: 'sip:bob@example.com',
  from: '<sip:alice@example.com>;tag=1',
  to: '<sip:bob@example.com>',
  outcome: { status: 486 },
};

const FUNCTIONS: { name: string; use: (ask: Ask) => Promise<void> }[] = [
  {
    name: 'route',
    async use(ask) {
      await ask('POST /v1/route', 200, busyBob);
    },
  },
  {
    name: 'dialect',
    async use(ask) {
      const { requestUri: ru, outcome } = busyBob;
      await ask('POST /v1/route/kamailio', 200, { ci: '1', ru, outcome });
    },
  },
  {
    name: 'explain',
    async use(ask) {
      await ask('POST /v1/explain', 200, busyBob);
      await ask('POST /v1/explain', 200, { ...busyBob, at: '2020-01-01T00:00:00Z' });
      await ask('POST /v1/explain', 200, { ...busyBob, requestUri: 'sip:bbob@example.com' });
    },
  },
  {
    name: 'feature',
    async use(ask) {
      const dialled = (code: string) => ({
        callId: '1',
        requestUri: `sip:${code}@example.com`,
        from: '<sip:bob@example.com>;tag=1',
        to: `<sip:${code}@example.com>`,
        authenticatedAs: 'sip:bob@example.com',
      });
      await ask('POST /v1/feature', 200, dialled('*90015112345678'));
      await ask('POST /v1/feature', 200, dialled('*91'));
      await ask('POST /v1/feature', 200, dialled('*28'));
      const authenticatedAs = 'sip:alice@example.com';
      await ask('POST /v1/feature', 200, { ...dialled('*901002'), authenticatedAs });
      await ask('POST /v1/feature', 200, { ...dialled('##67#'), authenticatedAs });
    },
  },
  {
    name: 'admin',
    async use(ask) {
      const domain = '/v1/domains/rights.example.com';
      await ask(`PUT ${domain}?force=true`, 201, { ringSeconds: 20 });
      await ask(`PATCH ${domain}?force=true`, 200, { ringSeconds: 30, switches: { night: {} } });
      await ask(`PUT ${domain}/switches/night`, 200, { on: true });
      await ask(`PATCH ${domain}?force=true`, 200, { calendars });
      await ask('GET /v1/domains', 200);
      await ask('GET /v1/domains', 200, undefined, ['example.com']);
      await ask('GET /v1/domains/example.com/subscribers?search=bo', 200);
      await ask(`GET ${domain}/history`, 200);

      const user = `${domain}/subscribers/ada`;
      await ask(`PUT ${user}?force=true`, 201, { aliases: ['1001'] });
      await ask(`PUT ${user}?force=true`, 200, { aliases: ['1002'] });
      await ask(`PUT ${user}/phone`, 200, { always: 'sip:bob@rights.example.com' });
      await ask(`PUT ${domain}/subscribers/eve?force=true`, 201, {});
      await ask(`PUT ${user}/phone`, 200, { always: 'eve' });
      await ask(`PUT ${user}/phone`, 200, {});
      await ask(`DELETE ${domain}/subscribers/eve?force=true`, 204);
      await ask(`GET ${domain}/subscribers`, 200);
      await ask(`GET ${user}/history`, 200);

      await ask('PUT /v1/peers/rights?force=true', 201, { domains: ['rights.example.com'] });
      const { id } = await ask('POST /v1/peers/rights/keys', 201);
      await ask('GET /v1/peers', 200);
      await ask(`DELETE /v1/peers/rights/keys/${id}`, 204);
      await ask('DELETE /v1/peers/rights?force=true', 204);
      await ask(`DELETE ${user}?force=true`, 204);
      await ask(`DELETE ${domain}?force=true`, 204);
    },
  },
];

describe.each(FUNCTIONS)('the role of $name', ({ name, use }) => {
  test('is enough, and no more', async () => {
    const rights = tableRights(template, `${name[0]?.toUpperCase()}${name.slice(1)}Role`);
    const guard = await startGuard(local.endpoint, rights);
    const server = await startFunction(name, guard.url);
    try {
      await use(async (request, expected, body, domains = ['*']) => {
        const claims = { sub: 'ada', 'divert:role': 'admin', 'divert:domains': domains };
        const bearer = name === 'admin' ? await signToken(SECRET, claims) : local.key;
        const [method = '', path = ''] = request.split(' ');
        const response = await fetch(server.url + path, {
          method,
          headers: {
            authorization: `Bearer ${bearer}`,
            'content-type': 'application/json',
            ...(expected !== 201 && { 'if-match': '*' }),
          },
          ...(body && { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        expect([...guard.denied], request).toEqual([]);
        expect([request, response.status, text]).toEqual([
          request,
          expected,
          expect.not.stringContaining('degraded'),
        ]);
        return text === '' ? {} : JSON.parse(text);
      });
      expect([...guard.used].sort()).toEqual([...rights].sort());
    } finally {
      await server.stop();
      guard.stop();
    }
  });
});

test('the role of calendars is enough, and no more', async () => {
  const operator = { sub: 'ada', 'divert:role': 'admin', 'divert:domains': ['*'] };
  const rights = tableRights(template, 'CalendarsRole');
  const [guard, open] = await Promise.all([
    startGuard(local.endpoint, rights),
    startFunction('admin', local.endpoint),
  ]);
  const response = await fetch(`${open.url}/v1/domains/fetched.example.com?force=true`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${await signToken(SECRET, operator)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ calendars }),
  });
  expect([response.status, await response.text()]).toEqual([201, expect.any(String)]);
  await open.stop();
  // Another text, so that the policy is written too.
  const more = HOLIDAYS.replace('FREQ=YEARLY', 'FREQ=MONTHLY');
  web.pages.set('calendars.example.net/holidays.ics', (_, answer) => answer.end(more));
  const { schedules } = readDefinition('local');
  const server = await startFunction('calendars', guard.url, { schedules, atOnce: true });
  try {
    await expect.poll(() => server.output(), { timeout: 20_000 }).toContain('"event":"fetched"');
    expect(server.output()).toContain(
      '"domain":"fetched.example.com","calendar":"holidays","is":"new"',
    );
    expect([...guard.denied]).toEqual([]);
    expect([...guard.used].sort()).toEqual([...rights].sort());
  } finally {
    await server.stop();
    guard.stop();
  }
});

/** Runs the bundle of one function behind the local server, with the database at `endpoint`. */
async function startFunction(name: string, endpoint: string, more: Partial<Work> = {}) {
  const { routes, environment } = readDefinition('local');
  const thread = new Worker(new URL('../../infra/local/worker.ts', import.meta.url), {
    workerData: {
      routes: routes.filter(({ target }) => target.name === name),
      port: 0,
      secret: SECRET,
      ...more,
    },
    stdout: true,
    execArgv: ['--import', new URL('../fetch/internet.ts', import.meta.url).href],
    env: {
      ...environment,
      DIVERT_DEADLINE_MS: '5000',
      TEST_WEB: web.setting,
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    },
  });
  const word = await new Promise<Word>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  if ('failed' in word) throw new Error(word.failed);
  let output = '';
  thread.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    url: `http://127.0.0.1:${word.port}`,
    output: () => output,
    stop: () => thread.terminate(),
  };
}
