import { describe, expect, test } from 'vitest';
import { Cache, Known } from '../../functions/answer/cache.ts';
import {
  call,
  DOMAIN,
  door,
  http,
  KEY,
  peerOf,
  policyOf,
  rules,
  subscriberOf,
} from './fixtures.ts';

const MINUTE = 60_000;

describe('Cache', () => {
  test('keeps for 15 minutes and not a millisecond longer, or less where asked', () => {
    const cache = new Cache<string>(10);
    cache.set('a', 'x', 0);
    expect(cache.get('a', 15 * MINUTE - 1)?.value).toBe('x');
    expect(cache.get('a', 15 * MINUTE)).toBeUndefined();
    expect(cache.get('a', 29_999, 30_000)?.value).toBe('x');
    expect(cache.get('a', 30_000, 30_000)).toBeUndefined();
  });

  test('does not trust an entry from the future, after the clock was set back', () => {
    const cache = new Cache<string>(10);
    cache.set('a', 'x', 1000);
    expect(cache.get('a', 999)).toBeUndefined();
  });

  test('drops what was read longest ago, by count and by bytes', () => {
    const cache = new Cache<string>(3, 100);
    for (const [at, key] of ['a', 'b', 'c'].entries()) cache.set(key, key, at, 30);
    cache.set('a', 'a', 3, 30);
    cache.set('d', 'd', 4, 30);
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key, 4))).toEqual(['a', 'c', 'd']);
    cache.set('e', 'e', 5, 80);
    expect(['a', 'c', 'd', 'e'].filter((key) => cache.get(key, 5))).toEqual(['e']);
    expect(cache.bytes).toBe(80);
    cache.set('f', 'f', 6, 101);
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  test('forgets what is too old for anything', () => {
    const cache = new Cache<string>(10);
    cache.set('a', 'x', 0);
    cache.set('b', 'x', 15 * MINUTE);
    expect(cache.size).toBe(1);
  });
});

describe('Known', () => {
  test('made-up names do not drive out what is real', () => {
    const known = new Known<{ user: string }>(10, 1000);
    known.set('bob', { user: 'bob' }, 0);
    for (let i = 0; i < 5000; i++) known.set(`nobody${i}`, undefined, 1);
    expect(known.get('bob', 2)?.value).toEqual({ user: 'bob' });
    expect(known.get('nobody4999', 2)).toMatchObject({ value: undefined });
    expect(known.get('nobody0', 2)).toBeUndefined();
  });

  test('what was removed is gone, what was added is there', () => {
    const known = new Known<{ user: string }>(10, 1000);
    known.set('bob', { user: 'bob' }, 0);
    known.set('bob', undefined, 1);
    expect(known.get('bob', 2)).toMatchObject({ value: undefined });
    known.set('bob', { user: 'bob' }, 2);
    expect(known.get('bob', 2)?.value).toEqual({ user: 'bob' });
  });

  test('measures values as JSON text, again when the version is another', () => {
    const known = new Known<{ version: number; text: string }>(10, 1000);
    known.set('bob', { version: 1, text: '' }, 0);
    expect(known.bytes).toBe(23);
    known.set('bob', { version: 2, text: 'four' }, 1);
    expect(known.bytes).toBe(27);
  });
});

const SECOND = 1000;

describe('what a decision reads', () => {
  test('cold: peer, token keys, policy and subscriber; warm: the subscriber alone', async () => {
    const { ask, reads } = door();
    await ask(http(call()));
    expect(reads()).toEqual(['peer', 'token', `policy ${DOMAIN}`, `subscriber ${DOMAIN} bob`]);
    await ask(http(call()));
    expect(reads()).toEqual([`subscriber ${DOMAIN} bob`]);
  });

  test('cold with the token keys read at start: three', async () => {
    const { answerer, ask, reads } = door();
    await answerer.warmUp();
    reads();
    await ask(http(call()));
    expect(reads()).toEqual(['peer', `policy ${DOMAIN}`, `subscriber ${DOMAIN} bob`]);
  });

  test('the key by which calls are found at start, and never again', async () => {
    const { answerer, ask, reads, state } = door({ ...rules(), searchKey: { secret: 'c2VjcmV0' } });
    await answerer.warmUp();
    expect(reads().sort()).toEqual(['search', 'token', 'token', 'token']);
    await ask(http(call()));
    reads();
    state.now += 10 * 60 * SECOND;
    await ask(http(call()));
    expect(reads()).not.toContain('search');
  });

  test('that key a second later where it could not be read', async () => {
    const stored = { ...rules(), searchKey: { secret: 'c2VjcmV0' } };
    const { answerer, ask, lines, state } = door(stored);
    state.fault = () => Promise.reject(new Error('no'));
    await answerer.warmUp();
    state.fault = undefined;
    await ask(http(call()));
    expect(lines.at(-1)).toHaveProperty('searchKey', undefined);
    state.now += SECOND;
    await ask(http(call()));
    await ask(http(call()));
    expect(lines.at(-1)).toHaveProperty('searchKey', expect.anything());
  });

  test('that key beside a call where a start could not read it', async () => {
    const { ask, lines, reads, state } = door({ ...rules(), searchKey: { secret: 'c2VjcmV0' } });
    // It is asked for, and this call does not wait.
    state.fault = () => undefined;
    await ask(http(call()));
    expect(reads()).toContain('search');
    await ask(http(call()));
    expect(reads()).toEqual([`subscriber ${DOMAIN} bob`]);
    expect(lines.at(-1)).toHaveProperty('searchKey', expect.anything());
  });

  test.each([
    'sip:bob@example.com',
    'sip:%42OB@EXAMPLE.com',
    'sip:+49301234567@example.com;user=phone',
    'sip:030-1234567@example.com',
    'sip:1002@example.com',
    'tel:+49-30-1234567',
    'sip:nobody@example.com',
    'sip:112@example.com',
  ])('one, warm, for %s', async (requestUri) => {
    const { ask, reads } = door();
    await ask(http(call()));
    reads();
    await ask(http(call({ requestUri })));
    expect(reads()).toHaveLength(1);
  });

  test.each(['sip:+49301234567@example.com', 'sip:0301234567@example.com', 'sip:1002@example.com'])(
    'three, cold, for the alias %s',
    async (requestUri) => {
      const { answerer, ask, reads } = door();
      await answerer.warmUp();
      reads();
      expect((await ask(http(call({ requestUri })))).json.action).toBe('redirect');
      expect(reads()).toHaveLength(3);
    },
  );

  test('peer and policy again after 30 s; beside the call from 20 s on', async () => {
    const { ask, reads, state } = door();
    const start = state.now;
    await ask(http(call()));
    state.now = start + 19.9 * SECOND;
    reads();
    await ask(http(call()));
    expect(reads()).toHaveLength(1);
    state.now = start + 20 * SECOND;
    await ask(http(call()));
    expect(reads().sort()).toEqual(
      ['peer', `policy ${DOMAIN}`, `subscriber ${DOMAIN} bob`, 'token'].sort(),
    );
    state.now = start + 49 * SECOND;
    await ask(http(call()));
    state.now = start + 120 * SECOND;
    reads();
    await ask(http(call()));
    expect(reads()).toHaveLength(4);
  });

  test('a caller known by number is looked up only for a rule that can decide now', async () => {
    const own = subscriberOf('bob', DOMAIN, {
      rules: [
        {
          name: 'strangers',
          when: ['busy'],
          callers: [{ text: 'external', is: 'external' }],
          reject: 480,
        },
      ],
    });
    const stored = { ...rules(), subscribers: { [DOMAIN]: [own] } };
    stored.peers = { [KEY]: { ...peerOf(DOMAIN), trunks: ['192.0.2.99'] } };
    const { ask, reads } = door(stored);
    await ask(http(call()));
    const from = '<sip:+4930999@gw.elsewhere.example>;tag=1';
    const readsFor = async (change: object) => {
      reads();
      await ask(http(call({ from, ...change })));
      return reads().length;
    };
    expect(await readsFor({ outcome: undefined })).toBe(1);
    expect(await readsFor({ outcome: { status: 404 } })).toBe(1);
    expect(await readsFor({ outcome: { status: 486 } })).toBe(2);
    // Who is in the domain by name, and who comes over a trunk, is known without.
    expect(await readsFor({ from: '<sip:alice@example.com>;tag=1' })).toBe(1);
    expect(await readsFor({ sourceAddress: '192.0.2.99' })).toBe(1);
  });

  test('a name that is too long for a key is nobody', async () => {
    const { ask, reads } = door();
    await ask(http(call()));
    reads();
    const { json } = await ask(http(call({ requestUri: `sip:${'b'.repeat(3000)}@example.com` })));
    expect(json).toEqual({ action: 'continue', decisionId: expect.any(String) });
    expect(reads()).toEqual([]);
  });
});

describe('how soon a change counts', () => {
  test("a subscriber's: with the next call", async () => {
    const stored = rules();
    const { ask } = door(stored);
    expect((await ask(http(call()))).json.action).toBe('redirect');
    stored.subscribers[DOMAIN] = [];
    expect((await ask(http(call()))).json.action).toBe('continue');
  });

  test("a revoked key's: within 30 s", async () => {
    const stored = rules();
    const { ask, state } = door(stored);
    await ask(http(call()));
    stored.peers = {};
    state.now += 30 * SECOND;
    expect((await ask(http(call()))).response.status).toBe(401);
  });

  test("a new key's, tried before it was there: within 5 s, without a read for every guess", async () => {
    const stored = rules();
    const { ask, state, reads } = door(stored);
    const peers = stored.peers;
    stored.peers = {};
    await ask(http(call()));
    await ask(http(call()));
    expect(reads()).toEqual(['peer']);
    stored.peers = peers;
    state.now += 5 * SECOND;
    expect((await ask(http(call()))).response.status).toBe(200);
  });

  test('policy that a subscriber needs: at once, read consistently', async () => {
    const stored = rules();
    const { ask, reads } = door(stored);
    await ask(http(call()));
    reads();
    stored.policies = [policyOf(DOMAIN, { version: 2, allow: [] })];
    stored.subscribers[DOMAIN] = [subscriberOf('bob', DOMAIN, { needs: 2 })];
    const { json } = await ask(http(call()));
    expect(reads()).toEqual([`subscriber ${DOMAIN} bob`, `policy ${DOMAIN} consistent`]);
    expect(json.action).toBe('continue'); // carol is no allowed target any more
    await ask(http(call()));
    expect(reads()).toEqual([`subscriber ${DOMAIN} bob`]);
  });

  test('policy that a subscriber needs and that is not there: the safe answer', async () => {
    const stored = rules();
    stored.subscribers[DOMAIN] = [subscriberOf('bob', DOMAIN, { needs: 2 })];
    const { ask, lines } = door(stored);
    const { json } = await ask(http(call()));
    expect(json).toMatchObject({ action: 'continue', degraded: true });
    expect(lines.at(-1)).toMatchObject({ rules: 'none', cause: 'PolicyTooOld' });
  });

  test("a token key's, when a token shows it: at once, at most once a second", async () => {
    const stored = rules();
    const { ask, reads, state, lines } = door(stored);
    const other = door({
      ...stored,
      tokenKeys: { current: { id: 2, secret: Buffer.alloc(32, 2).toString('base64') } },
    });
    const always = call({ requestUri: 'sip:dave@example.com' });
    const { outcome, ...first } = always;
    const { json } = await other.ask(http(first));
    const token = /<(.*)>/.exec(json.contacts?.[0] ?? '')?.[1] ?? '';
    await ask(http(call()));
    state.now += 2 * SECOND;
    stored.tokenKeys = {
      current: { id: 2, secret: Buffer.alloc(32, 2).toString('base64') },
      previous: stored.tokenKeys.current,
    };
    reads();
    await ask(http(call({ requestUri: token })));
    expect(reads()).toEqual([`subscriber ${DOMAIN} bob`, 'token']);
    expect(lines.at(-1)).toMatchObject({ badToken: false });

    const unknown = token.replace(/dv=../, 'dv=CQ');
    state.now += 0.5 * SECOND;
    await ask(http(call({ requestUri: unknown })));
    expect(reads()).toEqual([`subscriber ${DOMAIN} bob`]);
    expect(lines.at(-1)).toMatchObject({ badToken: true });
    state.now += 1 * SECOND;
    await ask(http(call({ requestUri: unknown })));
    expect(reads()).toEqual([`subscriber ${DOMAIN} bob`, 'token']);
  });
});

test('nothing that is read depends on the key in clear', async () => {
  const { ask, reads } = door();
  await ask(http(call()));
  expect(reads().join()).not.toContain(KEY);
});
