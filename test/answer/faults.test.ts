import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as core from '../../functions/decide/decide.ts';
import * as safe from '../../functions/decide/safe-decision.ts';
import { Problem } from '../../functions/http/problem.ts';
import { StoreGarbage } from '../../functions/store/reader.ts';
import {
  call,
  DOMAIN,
  type Fault,
  http,
  door as realDoor,
  rules,
  subscriberOf,
} from './fixtures.ts';

vi.mock('../../functions/decide/decide.ts', { spy: true });
vi.mock('../../functions/decide/safe-decision.ts', { spy: true });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A door where every deadline passes at once. */
function door(stored = rules()) {
  const real = realDoor(stored);
  const soon = async <T>(work: Promise<T>): Promise<T> => {
    await vi.advanceTimersByTimeAsync(60_000);
    return work;
  };
  return {
    ...real,
    ask: (...request: Parameters<typeof real.ask>) => soon(real.ask(...request)),
    warmUp: () => soon(real.answerer.warmUp()),
  };
}

const failing =
  (error: object): Fault =>
  () =>
    Promise.reject(Object.assign(new Error('no'), error));

/** What a store can do to a read. */
const FAULTS: [name: string, fault: Fault, cause: string][] = [
  ['hangs, deaf to the abort', () => new Promise(() => {}), 'DeadlinePassed'],
  [
    'hangs until it is aborted',
    (signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      }),
    'DeadlinePassed',
  ],
  ['is down', failing({ code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['cuts every connection', failing({ code: 'ECONNRESET' }), 'ECONNRESET'],
  ['is not found', failing({ code: 'ENOTFOUND' }), 'ENOTFOUND'],
  ['throttles', failing({ name: 'ThrottlingException', $fault: 'client' }), 'ThrottlingException'],
  [
    'answers 500',
    failing({ name: 'InternalServerError', $fault: 'server' }),
    'InternalServerError',
  ],
  ['is closed to us', failing({ name: 'AccessDeniedException' }), 'AccessDeniedException'],
  [
    'returns garbage',
    () => Promise.reject(new StoreGarbage({ pk: 'ROUTE#x', sk: '-' }, 'is not JSON')),
    'StoreGarbage',
  ],
];

/** docs/semantics.md#always-an-answer: what is asked, and the answer without any rules. */
const SAFE: [what: string, body: object, answer: object][] = [
  ['a first INVITE', call({ outcome: undefined }), { action: 'continue' }],
  ['busy', call(), { action: 'continue' }],
  ['no answer', call({ outcome: { status: 408, ringing: true } }), { action: 'continue' }],
  [
    "B's own 302 to a user of the domain",
    call({ outcome: { status: 302, contacts: ['<sip:carol@example.com>'] } }),
    {
      action: 'redirect',
      status: 302,
      contacts: [expect.stringContaining('sip:carol@example.com')],
    },
  ],
  [
    "B's own 302 to a number",
    call({ outcome: { status: 302, contacts: ['<sip:+900123456@example.com>'] } }),
    { action: 'reject', status: 480 },
  ],
  [
    "B's own 302 to another domain",
    call({ outcome: { status: 302, contacts: ['<sip:carol@else.example>'] } }),
    { action: 'reject', status: 480 },
  ],
  ['an emergency call', call({ requestUri: 'sip:112@example.com' }), { action: 'continue' }],
  ['urn:service:sos', call({ requestUri: 'urn:service:sos' }), { action: 'continue' }],
];

describe.each(FAULTS)('the store %s', (_name, fault, cause) => {
  test.each(SAFE)('cold: the safe answer to %s', async (_what, body, answer) => {
    const { ask, state, lines } = door();
    state.fault = fault;
    const { response, json } = await ask(http(body));
    expect(response.status).toBe(200);
    expect(json).toMatchObject({ ...answer, degraded: true, decisionId: expect.any(String) });
    expect(lines).toEqual([expect.objectContaining({ rules: 'none', cause })]);
  });

  test('the last known rules of a call seen before', async () => {
    const { ask, state, lines } = door();
    const before = await ask(http(call()));
    state.now += 14 * 60_000;
    state.fault = fault;
    const { json } = await ask(http(call()));
    expect(json).toMatchObject({ action: 'redirect', rule: 'busy-to-carol', degraded: true });
    expect(json.decisionId).toBe(before.json.decisionId);
    expect(lines.at(-1)).toMatchObject({ rules: 'last-known', cause });
  });

  test('none of them after 15 minutes', async () => {
    const { ask, state } = door();
    await ask(http(call()));
    state.now += 15 * 60_000;
    state.fault = fault;
    expect((await ask(http(call()))).json).toMatchObject({ action: 'continue', degraded: true });
  });

  test('none for a user who was not asked about', async () => {
    const { ask, state } = door();
    await ask(http(call()));
    state.fault = fault;
    const { json } = await ask(http(call({ requestUri: 'sip:dave@example.com' })));
    expect(json).toMatchObject({ action: 'continue', degraded: true });
  });

  test('none for a key that was never good, and none of its errors hidden', async () => {
    const { ask, state } = door();
    await ask(http(call()));
    state.fault = fault;
    const wrong = { headers: { authorization: 'Bearer wrong' } };
    expect((await ask(http(call(), wrong))).json).toMatchObject({
      action: 'continue',
      degraded: true,
    });
    expect((await ask(http('{', wrong))).json).toMatchObject({ status: 400, field: 'body' });
    expect((await ask(http(call(), { headers: {} }))).response.status).toBe(401);
  });

  test('403 from a known key, 400 as ever', async () => {
    const { ask, state } = door();
    await ask(http(call()));
    state.now += 60_000;
    state.fault = fault;
    const elsewhere = call({ requestUri: 'sip:bob@else.example' });
    expect((await ask(http(elsewhere))).response.status).toBe(403);
    expect((await ask(http(call({ requestUri: '?' })))).json.field).toBe('requestUri');
  });

  test('afterwards everything is as before', async () => {
    const { ask, state } = door();
    state.fault = fault;
    await ask(http(call()));
    state.fault = undefined;
    expect((await ask(http(call()))).json).not.toHaveProperty('degraded');
  });

  test('at start: it starts', async () => {
    const { warmUp, state } = door();
    state.fault = fault;
    await expect(warmUp()).resolves.toBeUndefined();
  });
});

describe('one connection that died', () => {
  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])('%s: one retry, and no more', async (code) => {
    const { ask, state, reads } = door();
    await ask(http(call()));
    reads();
    let left = 1;
    state.fault = () =>
      left-- > 0 ? Promise.reject(Object.assign(new Error('cut'), { code })) : undefined;
    expect((await ask(http(call()))).json).not.toHaveProperty('degraded');
    expect(reads()).toHaveLength(2);
    left = 2;
    expect((await ask(http(call()))).json).toMatchObject({ degraded: true });
    expect(reads()).toHaveLength(2);
  });

  test('throttling is not retried', async () => {
    const { ask, state, reads } = door();
    await ask(http(call()));
    reads();
    state.fault = failing({ name: 'ProvisionedThroughputExceededException', $fault: 'client' });
    await ask(http(call()));
    expect(reads()).toHaveLength(1);
  });
});

describe('rules that changed while the store was out of reach', () => {
  test('are those of the subscriber with the policy they need, or none', async () => {
    const stored = rules();
    const { ask, state } = door(stored);
    await ask(http(call()));
    stored.subscribers[DOMAIN] = [subscriberOf('bob', DOMAIN, { needs: 2 })];
    await ask(http(call()));
    state.fault = failing({ code: 'ECONNREFUSED' });
    expect((await ask(http(call()))).json).toMatchObject({ action: 'continue', degraded: true });
  });

  test('a key that was revoked meanwhile is last known as revoked', async () => {
    const stored = rules();
    const { ask, state } = door(stored);
    await ask(http(call()));
    stored.peers = {};
    state.now += 30_000;
    await ask(http(call()));
    state.now += 30_000;
    state.fault = failing({ code: 'ECONNREFUSED' });
    expect((await ask(http(call()))).json).toMatchObject({ action: 'continue', degraded: true });
  });
});

describe('a bug of ours', () => {
  const bug = () => {
    throw new TypeError('a bug');
  };

  test('in deciding: the safe answer, and an error in the log', async () => {
    vi.mocked(core.decide).mockImplementationOnce(bug);
    const { ask, lines } = door();
    const { response, json } = await ask(http(call()));
    expect(response.status).toBe(200);
    expect(json).toMatchObject({ action: 'continue', degraded: true });
    expect(lines).toMatchObject([{ event: 'error', message: 'a bug' }, { rules: 'none' }]);
  });

  test.each([
    [486, { action: 'continue' }],
    [302, { action: 'reject', status: 480 }],
  ])('in the safe answer too, on %i', async (status, answer) => {
    vi.mocked(core.decide).mockImplementationOnce(bug);
    vi.mocked(safe.safeDecision).mockImplementationOnce(bug);
    const { ask } = door();
    const { response, json } = await ask(http(call({ outcome: { status } })));
    expect(response.status).toBe(200);
    expect(json).toMatchObject({ ...answer, degraded: true, decisionId: expect.any(String) });
  });

  test('in what reads a request', async () => {
    const { answerer } = door();
    const { answer } = await answerer.answer(bug, { key: 'a-key-of-example-com' });
    expect(answer).toMatchObject({ action: 'continue', degraded: true });
  });
});

test('a problem tells who asked, where that is known', async () => {
  const { answerer } = door();
  const error = await answerer.answer('?', { key: 'a-key-of-example-com' }).catch((e) => e);
  expect(error).toBeInstanceOf(Problem);
  expect(error.peer).toMatchObject({ name: 'sbc.example.com' });
});
