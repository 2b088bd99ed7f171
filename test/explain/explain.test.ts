import { describe, expect, test } from 'vitest';
import type { LogLine } from '../../functions/answer/log.ts';
import { PendingRequest } from '../../functions/answer/pending-request.ts';
import type { Peer, Policy, Subscriber } from '../../functions/decide/model.ts';
import { createExplainer, type Explanation } from '../../functions/explain/explain.ts';
import { Problem } from '../../functions/http/problem.ts';
import {
  always,
  call,
  DOMAIN,
  door,
  http,
  KEY,
  peerOf,
  policyOf,
  rules,
  subscriberOf,
} from '../answer/fixtures.ts';
import { memoryReader, type Rules } from '../store/memory-reader.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

function explainer(stored: Rules, past: Rules = stored) {
  const lines: LogLine[] = [];
  const asked: number[] = [];
  const explain = createExplainer({
    reader: memoryReader(stored),
    readerAt(at) {
      asked.push(at);
      return memoryReader(past);
    },
    now: () => NOW,
    log: (line) => lines.push(line),
  });
  const ask = (body: object, key = KEY): Promise<Explanation> =>
    explain(new PendingRequest(body, { key }));
  return { ask, lines, asked };
}

const world = (
  subscribers: Subscriber[],
  policy: Partial<Policy> = {},
  peer: Partial<Peer> = {},
) => ({
  ...rules(),
  peers: { [KEY]: peerOf(DOMAIN, peer) },
  policies: [policyOf(DOMAIN, policy)],
  subscribers: { [DOMAIN]: subscribers },
});

const first = call({ outcome: undefined });

describe('one decision', () => {
  test('is what /v1/route answers, with every rule that was looked at and why', async () => {
    const stored = world([
      subscriberOf('bob', DOMAIN, {
        rules: [
          { name: 'off', when: ['busy'], enabled: false, reject: 480 },
          ...subscriberOf('bob', DOMAIN).rules,
          { name: 'never looked at', when: ['busy'], reject: 480 },
        ],
      }),
    ]);
    const explained = await explainer(stored).ask(call());
    const { json } = await door(stored).ask(http(call()));
    expect(explained.decision).toEqual(json);
    expect(explained).toMatchObject({
      considered: [
        { rule: 'off', layer: 'subscriber', held: false },
        { rule: 'busy-to-carol', layer: 'subscriber', held: true },
      ],
      dropped: [],
    });
    for (const { conditions } of explained.considered) {
      for (const one of conditions) {
        expect(one).toEqual({
          condition: expect.any(String),
          value: expect.anything(),
          held: expect.any(Boolean),
        });
      }
    }
    expect(explained).not.toHaveProperty('journey');
  });

  test('tells why a target was dropped', async () => {
    const stored = world([subscriberOf('bob', DOMAIN)], { allow: [] });
    expect(await explainer(stored).ask(call())).toMatchObject({
      decision: { action: 'continue' },
      dropped: [{ target: expect.stringContaining('carol'), why: 'not-allowed' }],
    });
  });

  test('at a time: rules of then for the past, of now for the future', async () => {
    const { ask, asked } = explainer(
      world([subscriberOf('bob', DOMAIN, { rules: [always('carol', DOMAIN)] })]),
      world([subscriberOf('bob', DOMAIN, { rules: [always('dave', DOMAIN)] })]),
    );
    const past = await ask({ ...first, at: '2026-11-01T00:00:00+01:00' });
    expect(past.decision.rule).toBe('always-to-dave');
    expect(asked).toEqual([Date.UTC(2026, 9, 31, 23)]);
    const future = await ask({ ...first, at: '2027-01-01T00:00:00Z' });
    expect(future.decision.rule).toBe('always-to-carol');
  });

  test('judges time by `at`', async () => {
    const until = Date.UTC(2027, 0, 1);
    const rule = { ...always('carol', DOMAIN), until };
    const { ask } = explainer(world([subscriberOf('bob', DOMAIN, { rules: [rule] })]));
    const actionAt = async (at: string) => (await ask({ ...first, at })).decision.action;
    expect(await actionAt('2026-12-31T23:59:59.999Z')).toBe('redirect');
    expect(await actionAt('2027-01-01T00:00:00Z')).toBe('continue');
  });
});

describe('a question that is refused', () => {
  test.each([
    ['a key without the right', first, { explain: false }, KEY, 403, 'Authorization'],
    ['a wrong key', first, {}, 'wrong', 401, 'Authorization'],
    ['another domain', call({ requestUri: 'sip:x@else.example' }), {}, KEY, 403, 'requestUri'],
    ['a date for at', { ...first, at: '2026-11-01' }, {}, KEY, 400, 'at'],
    ['an instant without offset', { ...first, at: '2026-11-01T00:00:00' }, {}, KEY, 400, 'at'],
    ['a day that there is not', { ...first, at: '2026-02-30T00:00:00Z' }, {}, KEY, 400, 'at'],
    ['a number for at', { ...first, at: 1 }, {}, KEY, 400, 'at'],
    ['text for follow', { ...first, follow: 'yes' }, {}, KEY, 400, 'follow'],
    ['no call', { at: '2026-11-01T00:00:00Z' }, {}, KEY, 400, 'callId'],
  ])('%s', async (_what, body, peer, key, status, field) => {
    const { ask, lines } = explainer(world([], {}, peer));
    const error = await ask(body, key).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status, field });
    expect(lines).toMatchObject([{ event: 'refused', status, field }]);
  });
});

test('without a store there is the safe answer, and nothing about it', async () => {
  const down = () => Promise.reject(new Error('down'));
  const reader = { peer: down, policy: down, subscriber: down, switches: down, tokenKeys: down };
  const explain = createExplainer({ reader, readerAt: () => reader, now: () => NOW, log() {} });
  expect(await explain(new PendingRequest(call(), { key: KEY }))).toEqual({
    decision: { action: 'continue', degraded: true, decisionId: expect.any(String) },
    considered: [],
    dropped: [],
  });
  const wrong = explain(new PendingRequest({ ...call(), follow: 1 }, { key: KEY }));
  await expect(wrong).rejects.toMatchObject({ status: 400, field: 'follow' });
});

describe('follow', () => {
  const to = (name: string, target: string) =>
    subscriberOf(name, DOMAIN, { rules: [always(target, DOMAIN)] });
  const path = ({ journey = [] }: Explanation) =>
    journey.map(({ requestUri }) => /^sips?:([^@]+)/.exec(requestUri)?.[1]);

  test('goes on to where the call rings', async () => {
    const { ask } = explainer(world([to('bob', 'carol'), to('carol', 'dave')]));
    const explained = await ask({ ...first, follow: true });
    expect(path(explained)).toEqual(['bob', 'carol', 'dave']);
    const { journey, ends, ...alone } = explained;
    expect(journey?.[0]).toEqual({ requestUri: first.requestUri, ...alone });
    expect(ends).toEqual({ how: 'continue', requestUri: journey?.[2]?.requestUri });
    // RFC 5806: every diversion is told to the last.
    expect(explained.journey?.[1]?.decision.headers).toEqual([
      expect.stringMatching(/^Diversion: <sip:carol@example\.com>;reason=unconditional/),
      expect.stringMatching(/^Diversion: <sip:bob@example\.com>;reason=unconditional/),
    ]);
  });

  test('an outcome counts for the first hop alone', async () => {
    const { ask } = explainer(world([subscriberOf('bob', DOMAIN), subscriberOf('carol', DOMAIN)]));
    const explained = await ask({ ...call(), follow: true });
    expect(path(explained)).toEqual(['bob', 'carol']);
    expect(explained.ends?.how).toBe('continue');
  });

  test('to a rejection', async () => {
    const dnd = subscriberOf('carol', DOMAIN, {
      rules: [{ name: 'dnd', when: ['always'], reject: 486 }],
    });
    const explained = await explainer(world([to('bob', 'carol'), dnd])).ask({
      ...first,
      follow: true,
    });
    expect(explained.ends).toMatchObject({ how: 'reject', status: 486 });
  });

  test("out of the peer's domains", async () => {
    const target = { uri: 'sip:mum@example.net', identity: 'mum@example.net' };
    const stored = world(
      [
        subscriberOf('bob', DOMAIN, {
          rules: [{ name: 'mum', when: ['always'], forward: [target] }],
        }),
      ],
      { allow: [{ is: 'identity', value: 'mum@example.net' }] },
    );
    const explained = await explainer(stored).ask({ ...first, follow: true });
    expect(explained.ends?.how).toBe('elsewhere');
    expect(explained.ends?.requestUri).toMatch(/^sip:mum@example\.net;cause=302/);
    expect(path(explained)).toEqual(['bob']);
  });

  test.each(['both', 'diversion', 'history-info', 'none'] as const)(
    'a circle ends, with headers: %s',
    async (headers) => {
      const stored = world([to('bob', 'carol'), to('carol', 'bob')], {}, { headers });
      const explained = await explainer(stored).ask({
        ...first,
        headers: { Supported: 'histinfo' },
        follow: true,
      });
      expect(path(explained)).toEqual(['bob', 'carol']);
      expect(explained.ends?.how).toBe('continue');
      expect(explained.journey?.[1]?.dropped).toHaveLength(1);
    },
  );

  test('at most maxDiversions', async () => {
    const names = ['bob', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7'];
    const chain = names.slice(1).map((name, index) => to(names[index] as string, name));
    const explained = await explainer(world(chain)).ask({ ...first, follow: true });
    expect(path(explained)).toEqual(['bob', 'u1', 'u2', 'u3', 'u4', 'u5']);
  });

  test('History-Info grows as RFC 7044 §7.3 has it', async () => {
    const stored = world(
      [to('bob', 'carol'), to('carol', 'dave')],
      {},
      { headers: 'history-info' },
    );
    const explained = await explainer(stored).ask({
      ...first,
      headers: { supported: 'histinfo' },
      follow: true,
    });
    const index = (hop: number) =>
      explained.journey?.[hop]?.decision.headers?.flatMap(
        (line) => /^History-Info:.*;index=([\d.]+)/.exec(line)?.[1] ?? [],
      );
    expect(index(0)).toEqual(['1']);
    expect(index(1)).toEqual(['1', '1.1']);
  });
});
