import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDefinition } from '../../infra/local/definition.ts';
import { type Local, startLocal } from '../../infra/local/local.ts';
import type { Word } from '../../infra/local/worker.ts';
import { startGuard, tableRights } from './guard.ts';
import { packageService, type Template } from './package.ts';

/*
 * Whether each function's role is enough for what the function does, and no more: the bundles run
 * against a database that refuses what the packaged role does not allow. What IAM itself makes of
 * a role only AWS can show.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let template: Template;
let local: Local;
beforeAll(async () => {
  [{ template }, local] = await Promise.all([
    packageService(),
    startLocal({ documents: [`${ROOT}infra/rules/example.com.yaml`], port: 0 }),
  ]);
});
afterAll(() => local.stop());

const busyBob = {
  callId: '1',
  requestUri: 'sip:bob@example.com',
  from: '<sip:alice@example.com>;tag=1',
  to: '<sip:bob@example.com>',
  outcome: { status: 486 },
};

interface Ask {
  readonly path: string;
  readonly method?: string;
  readonly body?: object;
  readonly status?: number;
}

const FUNCTIONS: { name: string; asks: Ask[] }[] = [
  { name: 'route', asks: [{ path: '/v1/route', body: busyBob }] },
  {
    name: 'dialect',
    asks: [
      {
        path: '/v1/route/kamailio',
        body: { ci: '1', ru: busyBob.requestUri, outcome: busyBob.outcome },
      },
    ],
  },
  {
    name: 'explain',
    asks: [
      { path: '/v1/explain', body: busyBob },
      { path: '/v1/explain', body: { ...busyBob, at: '2020-01-01T00:00:00Z' } },
    ],
  },
];

describe.each(FUNCTIONS)('the role of $name', ({ name, asks }) => {
  test('is enough, and no more', async () => {
    const role = `${name[0]?.toUpperCase()}${name.slice(1)}Role`;
    const rights = tableRights(template, role);
    const guard = await startGuard(local.endpoint, rights);
    const server = await startFunction(name, guard.url);
    try {
      for (const { path, method = 'POST', body, status = 200 } of asks) {
        const response = await fetch(server.url + path, {
          method,
          headers: { authorization: `Bearer ${local.key}`, 'content-type': 'application/json' },
          ...(body && { body: JSON.stringify(body) }),
        });
        expect([path, response.status, await response.text()]).toEqual([
          path,
          status,
          expect.not.stringContaining('degraded'),
        ]);
      }
      expect([...guard.denied]).toEqual([]);
      expect([...guard.used].sort()).toEqual([...rights].sort());
    } finally {
      await server.stop();
      guard.stop();
    }
  });
});

/** Runs the bundle of one function behind the local server, with the database at `endpoint`. */
async function startFunction(name: string, endpoint: string) {
  const { routes, environment } = readDefinition('local');
  const thread = new Worker(new URL('../../infra/local/worker.ts', import.meta.url), {
    workerData: { routes: routes.filter(({ target }) => target.name === name), port: 0 },
    stdout: true,
    env: {
      ...environment,
      DIVERT_DEADLINE_MS: '5000',
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
  return { url: `http://127.0.0.1:${word.port}`, stop: () => thread.terminate() };
}
