import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { listHistory } from '../../functions/store/history.ts';
import { subscriberHistory } from '../../functions/store/keys.ts';
import { changeSubscribers } from '../../functions/store/subscribers.ts';
import { dataFolder } from '../../infra/local/data-folder.ts';
import type { PutEntry } from '../../infra/local/event-bus.ts';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { freePort } from '../../infra/local/port.ts';
import { AUTHOR, startTable, subscriber } from '../store/fixtures.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = 'infra/rules/example.com.yaml';
// A busy machine may take longer than 250 ms for a first call.
const environment = { DIVERT_DEADLINE_MS: '5000' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'divert-'));
});
afterAll(() => rm(folder, { recursive: true }));

const document = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

/** Asks with the request of the README, or a change of it. */
async function ask(url: string, change: object = {}, headers: object = {}, path = '/v1/route') {
  const request = {
    callId: '1',
    requestUri: 'sip:bob@example.com',
    from: '<sip:alice@example.com>;tag=1',
    to: '<sip:bob@example.com>',
    outcome: { status: 486 },
    ...change,
  };
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: 'Bearer local-key',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    json: () => JSON.parse(text),
  };
}

describe('changes', () => {
  test('are told one by one, as they are deployed, and none from before the start', async () => {
    const data = join(folder, 'changes');
    const phone = { busy: 'carol' };
    for (const start of [1, 2]) {
      const told: PutEntry[] = [];
      const local = await startLocal({
        documents: [EXAMPLE],
        port: 0,
        data,
        onChange: (event) => told.push(event),
      });
      try {
        const claims = { sub: 'ada', 'divert:role': 'admin', 'divert:domains': ['*'] };
        const headers = {
          authorization: `Bearer ${await local.token(claims)}`,
          'content-type': 'application/json',
          'if-match': '*',
        };
        const url = `${local.url}/v1/domains/example.com/subscribers/alice/phone`;
        // The stream may be read from a moment on that comes after the first change.
        await vi.waitFor(
          async () => {
            const body = JSON.stringify({ ...phone, dnd: { active: told.length === 0 } });
            await fetch(url, { method: 'PUT', headers, body });
            await fetch(url, { method: 'PUT', headers, body: '{}' });
            expect(told.length).toBeGreaterThan(1);
          },
          { timeout: 60_000, interval: 200 },
        );
        const details = told.map(({ Detail }) => JSON.parse(Detail));
        const versions = details.map(({ version }) => version);
        expect(versions).toEqual(versions.toSorted((a, b) => a - b));
        for (const [i, { Source, DetailType }] of told.entries()) {
          expect([Source, DetailType]).toEqual(['divert.local', 'Phone Settings Changed']);
          expect(details[i]).toMatchObject({ domain: 'example.com', user: 'alice', who: 'ada' });
        }
        // The first start made alice, which is no event of the second.
        expect(versions[0], `start ${start}`).toBeGreaterThan(1);
      } finally {
        await local.stop();
      }
    }
  }, 180_000);
});

describe('with the example', () => {
  let local: Local;
  const output: string[] = [];
  beforeAll(async () => {
    local = await startLocal({
      documents: [EXAMPLE],
      port: 0,
      environment,
      onOutput: (text) => output.push(text),
    });
  });
  afterAll(() => local.stop());

  test('redirects a call to busy bob to carol', async () => {
    const answer = await ask(local.url);
    expect([answer.status, answer.type]).toEqual([200, 'application/json']);
    const { action, status, contacts, headers } = answer.json();
    expect([action, status]).toEqual(['redirect', 302]);
    expect(contacts[0]).toMatch(/^<sip:carol@example\.com;cause=486(;dv=[^>]+)?>;q=1\.0;mp=1$/);
    expect(headers[0]).toMatch(/^Diversion: <sip:bob@example\.com>;.*reason=user-busy/);
  });

  test.each([
    ['a missing field', { callId: undefined }, {}, 400, 'callId'],
    ['a URI that is none', { requestUri: 'bob' }, {}, 400, 'requestUri'],
    ['65 KiB', { callId: 'x'.repeat(65 * 1024) }, {}, 413, undefined],
    ['a wrong key', {}, { authorization: 'Bearer wrong' }, 401, undefined],
    ['no key', {}, { authorization: '' }, 401, undefined],
    ['another domain', { requestUri: 'sip:bob@example.net' }, {}, 403, 'requestUri'],
  ])('refuses %s as a problem that names the field', async (_, change, headers, status, field) => {
    const answer = await ask(local.url, change, headers);
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    expect(answer.json()).toMatchObject({ status, ...(field && { field }) });
  });

  test('answers an unknown path as a problem', async () => {
    const answer = await ask(local.url, {}, {}, '/v1/rout');
    expect([answer.status, answer.type]).toEqual([404, 'application/problem+json']);
  });

  test('shows its peer in the admin API as peers.yaml would declare it, so that it can be changed', async () => {
    const token = await local.token({ sub: 'me', 'divert:role': 'admin', 'divert:domains': ['*'] });
    const send = async (method: string, body?: object) => {
      const response = await fetch(`${local.url}/v1/peers/local?force=true`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'if-match': '*',
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as object };
    };
    const shown = await send('GET');
    expect(shown.body).toMatchObject({ name: 'local', numbers: { country: 'DE' }, explain: true });
    expect(await send('PUT', shown.body)).toEqual(shown);
  });

  test('serves the admin API to its own tokens only', async () => {
    const claims = { sub: 'me', 'divert:role': 'admin', 'divert:domains': ['example.com'] };
    const authorization = `Bearer ${await local.token(claims)}`;
    const get = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(local.url + path, { headers })).status;
    expect(await get('/v1/domains/example.com', { authorization })).toBe(200);
    expect(await get('/v1/domains/example.com')).toBe(401);
    expect(await get('/v1/iam/domains/example.com', { authorization })).toBe(403);
  });

  test('explains to the local key', async () => {
    const answer = await ask(local.url, {}, {}, '/v1/explain');
    expect(answer.status).toBe(200);
    expect(answer.json().decision.action).toBe('redirect');
  });

  test('hands on the decision log, without the key', async () => {
    await ask(local.url, { callId: 'logged' });
    await expect.poll(() => output.join('')).toContain('"callId":"logged"');
    expect(output.join('')).not.toContain('local-key');
  });
});

describe('GET /v1/health', () => {
  test('says that the table answers, without a key and by GET alone; and that it does not', async () => {
    const table = await startTable();
    const options = {
      documents: [EXAMPLE],
      port: 0,
      environment,
      endpoint: table.database.endpoint,
    };
    const local = await startLocal(options);
    try {
      const health = async (method = 'GET') => {
        const response = await fetch(`${local.url}/v1/health`, { method });
        return [response.status, response.headers.get('content-type'), await response.json()];
      };
      expect((await health('POST'))[0]).toBe(404);
      expect(await health()).toEqual([200, 'application/json', { status: 'ok' }]);
      await table.database.stop();
      const down = [503, 'application/problem+json', expect.objectContaining({ status: 503 })];
      // What was found counts for 5 s.
      await vi.waitFor(async () => expect(await health()).toEqual(down), {
        timeout: 30_000,
        interval: 500,
      });
    } finally {
      await local.stop();
      table.client.destroy();
    }
  }, 120_000);
});

describe('where others find what runs in a checkout', () => {
  const RUNS = JSON.stringify({ pid: process.pid });
  const ENDED = JSON.stringify({ pid: 2 ** 30 });
  const CASES: [string, Record<string, string>, NodeJS.ProcessEnv, string | undefined][] = [
    ['nothing runs', {}, {}, undefined],
    ['DIVERT_DATA says it', { 'given/running.json': RUNS }, { DIVERT_DATA: 'given' }, 'given'],
    ['nothing runs there', { '.divert/data/running.json': RUNS }, { DIVERT_DATA: 'x' }, undefined],
    ['in its own folder', { '.divert/data/running.json': RUNS }, {}, '.divert/data'],
    [
      'started with another DIVERT_DATA',
      { 'other/running.json': RUNS, '.divert/elsewhere': 'other' },
      {},
      'other',
    ],
    [
      'one that was killed there before',
      {
        '.divert/data/running.json': ENDED,
        'other/running.json': RUNS,
        '.divert/elsewhere': 'other',
      },
      {},
      'other',
    ],
  ];
  test.each(CASES)('%s', async (name, files, env, expected) => {
    const checkout = await mkdtemp(join(folder, 'checkout-'));
    const at = (path: string) => join(checkout, path);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), path.endsWith('.json') ? text : at(text));
    }
    await mkdir(at('infra/rules'), { recursive: true });
    const given = env.DIVERT_DATA && { DIVERT_DATA: at(env.DIVERT_DATA) };
    const from = at('infra/rules');
    expect(dataFolder({ ...given }, from, from), name).toBe(expected && at(expected));
    // From a folder outside of any checkout: that of the code is looked at.
    expect(dataFolder({ ...given }, folder, from), name).toBe(expected && at(expected));
  });
});

describe('applying at every start', { timeout: 120_000 }, () => {
  const first = `
domain: x.example
groups: { family: ["+4930123"] }
subscribers:
  bob: { aliases: ["1001"], rules: [{ when: always, callers: family, reject: 486 }] }
  carol: {}
`;
  const second = `
domain: x.example
subscribers:
  bob: { rules: [{ when: always, reject: 480 }] }
  dave: { aliases: ["1001"] }
`;

  test('says what it changes; history, phone settings and other domains stay', async () => {
    const table = await startTable();
    const start = async (name: string, text: string) => {
      const documents = [await document(name, text)];
      const local = await startLocal({
        ...{ documents, port: 0, endpoint: table.database.endpoint, environment },
      });
      await local.stop();
      const [plan] = local.plans;
      return {
        ...plan,
        steps: plan?.subscribers.map(({ kind, user }) => `${kind} ${user}`),
        local,
      };
    };
    try {
      const added = await start('first.yaml', first);
      expect(added.policy?.before).toBeUndefined();
      expect(added.steps).toEqual(['add bob', 'add carol']);
      await start('other.yaml', 'domain: y.example\nsubscribers: { zoe: {} }\n');
      const again = await start('first.yaml', first);
      expect([again.policy, again.steps, again.unchanged]).toEqual([undefined, [], 2]);

      const local = { ...table, name: added.local.table.name };
      const phone = { settings: { dnd: { active: true } }, rules: [], dnd: {} };
      const next = { ...subscriber('bob', ['1001']), phone };
      await changeSubscribers(local, 'x.example', [{ user: 'bob', next }], AUTHOR);
      const changed = await start('second.yaml', second);
      expect(changed.steps).toEqual(['change bob', 'remove carol', 'add dave']);
      expect(changed.policy?.before).toBeDefined();

      const running = await startLocal({
        documents: [join(folder, 'second.yaml')],
        port: 0,
        endpoint: table.database.endpoint,
        environment,
      });
      const answer = await ask(running.url, {
        requestUri: 'sip:bob@x.example',
        outcome: undefined,
      });
      await running.stop();
      expect(answer.json()).toMatchObject({ action: 'reject', status: 486, rule: 'phone-dnd' });
      const { entries } = await listHistory(local, subscriberHistory('x.example', 'bob'));
      expect(entries).toHaveLength(3);
    } finally {
      await table.database.stop();
    }
  });
});

describe('files of two domains', { timeout: 120_000 }, () => {
  const x = 'domain: x.example\nsubscribers: { bob: { rules: [{ when: always, reject: 480 }] } }\n';
  const y = 'domain: y.example\nsubscribers: { bob: { rules: [{ when: always, reject: 486 }] } }\n';

  test('are two documents, which one peer asks about', async () => {
    const documents = [await document('x.yaml', x), await document('y.yaml', y)];
    const local = await startLocal({ documents, port: 0, environment });
    try {
      expect(local.plans.map(({ domain }) => domain)).toEqual(['x.example', 'y.example']);
      for (const [domain, status] of [
        ['x.example', 480],
        ['y.example', 486],
      ]) {
        const requestUri = `sip:bob@${domain}`;
        const answer = await ask(local.url, { requestUri, outcome: undefined });
        expect(answer.json()).toMatchObject({ action: 'reject', status });
      }
    } finally {
      await local.stop();
    }
  });

  test('with mistakes in both are refused with all of them', async () => {
    const documents = [
      await document('x.yaml', x.replace('always', 'allways')),
      await document('y.yaml', y.replace('always', 'never')),
    ];
    await expect(startLocal({ documents, port: 0, environment })).rejects.toThrow(
      /x\.yaml:2:\d+: .*'always'[\s\S]*y\.yaml:2:\d+: /,
    );
  });
});

describe('npm start', { timeout: 120_000 }, () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) {
      // Nothing is left of a group unless its test failed.
      if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
    }
  });

  /** Starts in a process group of its own, as a terminal does. */
  function start(env: Record<string, string>, args: string[] = []) {
    return run(process.execPath, [join(ROOT, 'infra/local/start.ts'), ...args], env);
  }

  function run(command: string, args: string[], env: Record<string, string>) {
    const child = spawn(command, args, {
      cwd: ROOT,
      detached: true,
      env: { ...process.env, ...environment, ...env },
    });
    children.push(child);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, out: () => out, err: () => err, ended };
  }

  /** Processes of a group that still run; one that ended (Z) may wait to be noticed. */
  async function group(id: number): Promise<string[]> {
    const stats = await Promise.all(
      (await readdir('/proc'))
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
    );
    return stats.filter((stat) => {
      const [state, , processGroup] = stat.split(') ')[1]?.split(' ') ?? [];
      return Number(processGroup) === id && state !== 'Z';
    });
  }

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'prints a call and its answer, and %s leaves no process behind',
    async (signal) => {
      const port = String(await freePort());
      const data = join(folder, signal);
      const { child, out, ended } = start({ PORT: port, DIVERT_DATA: data, DIVERT_KEY: 'k' });
      await expect.poll(out, { timeout: 60_000 }).toContain('"decisionId"');
      expect(out()).toContain('example.com: policy added, ');
      expect(out()).toContain(`http://localhost:${port}`);
      expect(out()).toContain("-H 'authorization: Bearer k'");
      expect(out()).toContain('"action":"redirect"');
      expect(await group(child.pid ?? 0)).toHaveLength(2);
      // To the first process only; Ctrl-C would reach all of the group.
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(await group(child.pid ?? 0)).toEqual([]);

      const again = start({ PORT: port, DIVERT_DATA: data });
      await expect.poll(again.out, { timeout: 60_000 }).toContain('example.com: no changes');
      process.kill(-(again.child.pid ?? 0), signal);
      expect(await again.ended).toBe(0);
    },
    180_000,
  );

  test('leaves no process behind when npm is told to end', async () => {
    const port = String(await freePort());
    const data = join(folder, 'npm');
    const { child, out, ended } = run('npm', ['start'], { PORT: port, DIVERT_DATA: data });
    await expect.poll(out, { timeout: 60_000 }).toContain('"decisionId"');
    child.kill('SIGTERM');
    await ended;
    expect(await group(child.pid ?? 0)).toEqual([]);
  });

  test('leaves no process behind when it is ended while it starts', async () => {
    const port = String(await freePort());
    const { child, ended } = start({ PORT: port, DIVERT_DATA: join(folder, 'early') });
    await expect
      .poll(() => group(child.pid ?? 0), { timeout: 60_000, interval: 5 })
      .toHaveLength(2);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(await group(child.pid ?? 0)).toEqual([]);
  });

  const failure = async (env: Record<string, string>, args: string[] = []) => {
    const { ended, err, out } = start({ DIVERT_DATA: join(folder, 'unused'), ...env }, args);
    expect(await ended).toBe(1);
    expect(out()).toBe('');
    return err();
  };

  test('says that a port is in use', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    expect(await failure({ PORT: String(port) })).toMatch(
      new RegExp(`^port ${port} is in use: stop what uses it, or start with PORT=\\d+\n$`),
    );
    server.close();
  });

  test('says what is wrong with a document, and where', async () => {
    const path = await document(
      'bad.yaml',
      'domain: x.example\nsubscribers:\n  bob:\n    rules:\n      - wen: busy\n        reject: 486\n',
    );
    const lines = (await failure({}, [path])).trimEnd().split('\n');
    expect(lines[0]).toMatch(new RegExp(`^${path}:5:\\d+: .*wen`));
  });

  test.each([
    [
      'a document that is not there',
      {},
      ['none.yaml'],
      /^none\.yaml: can't be read \(no such file; it is looked for in .*\)\n$/,
    ],
    [
      'a bad DIVERT_THROTTLE',
      { DIVERT_THROTTLE: '50' },
      [],
      /^DIVERT_THROTTLE=50: give requests a second and at once, as 50\/100, or deployed\n$/,
    ],
    ['a bad PORT', { PORT: 'http' }, [], /^PORT=http: give a port from 1 to 65535\n$/],
    [
      'no DynamoDB at the endpoint',
      { DYNAMODB_ENDPOINT: 'http://127.0.0.1:9' },
      [],
      /^no DynamoDB API answers at http:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\): start it first\n$/,
    ],
    [
      'no embedded DynamoDB for this platform',
      {
        NODE_OPTIONS: `--import=data:text/javascript,Object.defineProperty(process,'platform',{value:'sunos'})`,
      },
      [],
      /^no embedded DynamoDB for sunos-x64 .*docker run.*DYNAMODB_ENDPOINT=http:\/\/localhost:8000\n$/,
    ],
  ])('says in one line: %s', async (_, env, args, line) => {
    expect(await failure({ PORT: String(await freePort()), ...env }, args)).toMatch(line);
  });
});
