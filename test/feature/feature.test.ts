import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAnswerer } from '../../functions/answer/answer.ts';
import type { LogLine } from '../../functions/answer/log.ts';
import { route } from '../../functions/answer/route.ts';
import { createFeature, type FeatureLine } from '../../functions/feature/feature.ts';
import type { HttpRequest } from '../../functions/http/http.ts';
import { isEmpty } from '../../functions/provision/apply/plan.ts';
import { generatePeerKey, hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer } from '../../functions/store/peers.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import type { Table } from '../../functions/store/table.ts';
import { admin, call, DOCUMENT, install, planOf } from '../admin/fixtures.ts';
import { AUTHOR, peer, startTable } from '../store/fixtures.ts';

const KEY = generatePeerKey();
let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
  const compiled = { ...peer('sbc', 'example.com'), hosts: ['192.0.2.10'] };
  const keys = [{ hash: hashPeerKey(KEY), created: '2026-01-01T00:00:00Z' }];
  await changePeer(table, { name: 'sbc', next: { source: {}, compiled, keys } }, AUTHOR);
});
afterAll(() => table.database.stop());

const QUIET = DOCUMENT.replace(/features: .*\n/, '');
/** What somebody dialled is no part of a document: it stays, and is switched off here. */
beforeEach(async () => {
  await install(table, QUIET);
  for (const user of ['bob', 'carol', 'dave']) {
    const path = `/v1/domains/example.com/subscribers/${user}/phone`;
    await call(table, `DELETE ${path}`, { as: admin('*'), headers: { 'if-match': '*' } });
  }
});

let calls = 0;
const post = (path: string, body: unknown, key = KEY): HttpRequest => ({
  method: 'POST',
  path,
  query: '',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const dialledBy = (user: string, code: string) => ({
  callId: `c${++calls}`,
  requestUri: `sip:${code.replaceAll('#', '%23')}@example.com`,
  from: `<sip:${user}@example.com>;tag=1`,
  to: `<sip:${code}@example.com>`,
  authenticatedAs: `sip:${user}@example.com`,
});

interface Ended {
  status: number;
  type: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers at will
  body: any;
  lines: (FeatureLine | LogLine)[];
}
async function send(
  body: unknown,
  key = KEY,
  on: Table = table,
  deadlineMs = 10_000,
): Promise<Ended> {
  const lines: (FeatureLine | LogLine)[] = [];
  const feature = createFeature({
    reader: sdkReader(on.client, on.name),
    table: on,
    deadlineMs,
    log: (line) => lines.push(line),
    tell: (line) => lines.push(line),
  });
  const response = await feature(post('/v1/feature', body, key));
  return {
    status: response.status,
    type: response.headers['content-type'],
    body: JSON.parse(response.body),
    lines,
  };
}
const dial = (user: string, code: string) => send(dialledBy(user, code));

/** The answer to a call, of an instance that has seen calls before. */
const answerer = () =>
  createAnswerer({
    reader: sdkReader(table.client, table.name),
    now: Date.now,
    deadlineMs: 5000,
    log: () => {},
  });
async function callTo(user: string, outcome?: object, instance = answerer()) {
  const body = {
    callId: `c${++calls}`,
    requestUri: `sip:${user}@example.com`,
    from: '<sip:alice@example.com>;tag=1',
    to: `<sip:${user}@example.com>`,
    ...(outcome && { outcome }),
  };
  return JSON.parse((await route(post('/v1/route', body), instance)).body);
}

describe('a code', () => {
  test.each([
    ['bob', '*72', '*73', undefined],
    ['dave', '*90', '*91', { status: 486 }],
    ['carol', '*52', '*53', { status: 408, ringing: true }],
  ])('of %s counts on the next call: %s and a number, then %s', async (user, on, off, outcome) => {
    const instance = answerer();
    const usual = await callTo(user, outcome, instance);
    const accepted = await dial(user, `${on}030-7654321`);
    expect([accepted.status, accepted.body]).toEqual([
      200,
      {
        action: 'reject',
        status: 480,
        reason: expect.stringMatching(/^Forwarding .*to \+49307654321 is on$/),
        headers: [
          expect.stringMatching(/^Warning: 399 divert "Forwarding .*to \+49307654321 is on"$/),
        ],
        decisionId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    const diverted = await callTo(user, outcome, instance);
    expect(diverted).toMatchObject({ action: 'redirect', rule: expect.stringMatching(/^phone-/) });
    expect(diverted.contacts[0]).toContain('sip:+49307654321@example.com');
    const ended = await dial(user, off);
    expect(ended.body.headers[0]).toMatch(/is off"$/);
    const { decisionId: _, ...again } = await callTo(user, outcome, instance);
    const { decisionId: __, ...before } = usual;
    expect(again).toEqual(before);
  });

  test('stands before their rules, beside the other settings, and is no drift', async () => {
    await dial('dave', '*721003#');
    await dial('dave', '*90alice');
    await dial('dave', '*90+49301112223');
    const path = 'GET /v1/domains/example.com/subscribers/dave';
    const { body } = await call(table, `${path}/phone`, { as: admin('*') });
    expect(body).toEqual({
      always: { to: 'carol', active: true },
      busy: { to: '+49301112223', active: true },
    });
    expect(isEmpty(await planOf(table, QUIET))).toBe(true);
    const [latest] = (await call(table, `${path}/history`, { as: admin('*') })).body.items;
    expect(latest).toMatchObject({ who: 'dave@example.com', from: 'feature sbc' });
  });

  test.each([
    ['*99', 404, 'no such code'],
    ['*73123', 404, 'no such code'],
    ['bob', 404, 'no such code'],
    ['*72', 484, 'then the number'],
    ['*72carol', 484, 'then the number'],
    ['*72+33123456789', 403, 'not allowed'],
    ['*72+49900123456', 403, 'not allowed'],
    ['*72112', 403, 'not allowed'],
    ['*721999', 200, undefined],
    ['*722999', 403, 'not allowed'],
    ['*721002', 403, 'yourself'],
    ['*72030-1234567', 403, 'yourself'],
  ])('%s from bob’s phone: %s, %s', async (code, status, text) => {
    const { body } = await dial('bob', code);
    if (text === undefined) expect(body.headers[0]).toContain('is on');
    else {
      expect([body.action, body.status]).toEqual(['reject', status]);
      expect(body.headers).toEqual([expect.stringMatching(/^Warning: 399 divert "[ -~]+"$/)]);
      expect(body.headers[0].toLowerCase()).toContain(text);
      expect(await callTo('bob')).toMatchObject({ action: 'continue' });
    }
  });

  test('that would close a circle is refused', async () => {
    await dial('bob', '*721003');
    const { body } = await dial('carol', '*721002');
    expect([body.status, body.headers[0]]).toEqual([403, expect.stringContaining('circle')]);
  });

  test('is the domain’s own, and its announcement is where the caller goes', async () => {
    await install(
      table,
      DOCUMENT.replace(
        'features: {',
        'features: { codes: { always-on: "*21*", always-off: "#21#" },',
      ),
    );
    const { body } = await dial('bob', '*21*1003#');
    expect(body).toMatchObject({
      action: 'redirect',
      status: 302,
      contacts: ['<sip:saved@example.com>'],
    });
    expect((await callTo('1002')).contacts[0]).toContain('sip:carol@example.com');
    expect((await dial('bob', '*721003')).body.status).toBe(404);
    expect((await dial('bob', '#21#')).body.action).toBe('redirect');
    expect(await callTo('bob')).toMatchObject({ action: 'continue' });
  });

  test('dialled twice at once, and beside the API, is never lost', async () => {
    const path = '/v1/domains/example.com/subscribers/dave';
    const as = admin('*');
    for (let round = 0; round < 10; round++) {
      const rules = [{ when: 'declined', reject: 480 + round }];
      await Promise.all([
        dial('dave', '*72+49301112223'),
        dial('dave', `*90+4930111222${round}`),
        dial('dave', round % 2 ? '*521003' : '*53'),
        call(table, `PATCH ${path}`, { as, headers: { 'if-match': '*' }, body: { rules } }),
      ]);
      expect((await call(table, `GET ${path}`, { as })).body.rules).toEqual(rules);
      expect((await call(table, `GET ${path}/phone`, { as })).body).toEqual({
        always: { to: '+49301112223', active: true },
        busy: { to: `+4930111222${round}`, active: true },
        ...(round > 0 && { 'no-answer': { to: 'carol', active: round % 2 === 1 } }),
      });
    }
  });
});

describe('who dialled', () => {
  test.each([
    ['bob@example.com', 480],
    ['<sip:bob@example.com>', 480],
    ['"Bob" <sips:BOB@example.com:5061;x=y>', 480],
    ['sip:1002@192.0.2.10', 480],
    ['sip:+49301234567@example.com', 480],
    ['sip:nobody@example.com', 403],
  ])('%s: SIP %i', async (authenticatedAs, status) => {
    const { status: http, body } = await send({ ...dialledBy('x', '*73'), authenticatedAs });
    expect([http, body.action, body.status]).toEqual([200, 'reject', status]);
  });

  test.each<[string, unknown, number, string]>([
    ['no key', undefined, 401, 'Authorization'],
    ['no JSON', '{', 400, 'body'],
    ['no callId', { ...dialledBy('bob', '*73'), callId: undefined }, 400, 'callId'],
    [
      'no subscriber',
      { ...dialledBy('bob', '*73'), authenticatedAs: undefined },
      400,
      'authenticatedAs',
    ],
    ['a list', { ...dialledBy('bob', '*73'), authenticatedAs: ['bob'] }, 400, 'authenticatedAs'],
    ['no address', { ...dialledBy('bob', '*73'), authenticatedAs: 'bob' }, 400, 'authenticatedAs'],
    [
      'a number',
      { ...dialledBy('bob', '*73'), authenticatedAs: 'tel:+49301234567' },
      400,
      'authenticatedAs',
    ],
    [
      'another domain’s',
      { ...dialledBy('bob', '*73'), authenticatedAs: 'sip:bob@example.net' },
      403,
      'authenticatedAs',
    ],
    [
      'to another domain',
      { ...dialledBy('bob', '*73'), requestUri: 'sip:*73@example.net' },
      403,
      'requestUri',
    ],
  ])('%s: a problem', async (_, body, status, field) => {
    const reply =
      body === undefined ? await send(dialledBy('bob', '*73'), 'wrong') : await send(body);
    expect([reply.status, reply.type, reply.body.field]).toEqual([
      status,
      'application/problem+json',
      field,
    ]);
    expect(reply.lines).toContainEqual(
      expect.objectContaining({ event: 'refused', status, field }),
    );
  });

  test('is no address, however long: read in linear work', async () => {
    // Work that grows with the square takes seconds for each, and longer than the runner waits.
    for (const text of Array(12).fill(`${'@'.repeat(65_000)}:`)) {
      const { status } = await send({ ...dialledBy('bob', '*73'), authenticatedAs: text });
      expect(status).toBe(400);
    }
  });

  test('is the subscriber, whoever the From says', async () => {
    await send({ ...dialledBy('bob', '*72+49301112223'), authenticatedAs: 'sip:dave@example.com' });
    expect(await callTo('bob')).toMatchObject({ action: 'continue' });
    expect(await callTo('dave')).toMatchObject({ action: 'redirect' });
  });
});

describe('a failure', () => {
  test.each([
    ['the table is gone', () => ({ ...table, name: 'gone' })],
    [
      'the table answers too late',
      () => ({
        ...table,
        client: { send: () => new Promise(() => {}) } as unknown as Table['client'],
      }),
    ],
    [
      'only writing fails',
      () => ({
        ...table,
        client: {
          send: (command: { constructor: { name: string } }, ...rest: []) =>
            command.constructor.name === 'TransactWriteItemsCommand'
              ? Promise.reject(Object.assign(new Error('down'), { $metadata: {} }))
              : table.client.send(command as never, ...rest),
        } as unknown as Table['client'],
      }),
    ],
  ])('is 503 and never continue: %s', async (_, broken) => {
    const { status, type, body, lines } = await send(
      dialledBy('bob', '*721003'),
      KEY,
      broken(),
      300,
    );
    expect([status, type]).toEqual([503, 'application/problem+json']);
    expect(body).toMatchObject({
      action: 'reject',
      status: 503,
      reason: 'Not changed for certain, please try again',
      headers: [expect.stringMatching(/^Warning: 399 divert "/)],
    });
    expect(lines).toContainEqual(expect.objectContaining({ event: 'error' }));
  });
});
