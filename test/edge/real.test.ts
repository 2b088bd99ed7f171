/**
 * The reference calls against Divert itself: the bundle that is deployed, the embedded database, and a
 * rules document applied to it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { CANCELLED, cancelled, RINGS } from './basic-calls.ts';
import { values } from './ladder.ts';
import { PATIENT_DIVERT } from './patience.ts';
import {
  Bench,
  found,
  inOrder,
  type Result,
  type Scenario,
  type Users,
  userOf,
} from './scenario.ts';
import { answer, expect as awaits, pause, ringing } from './sipp.ts';
import { answering, callAndFollow, DIVERTED, type Following, refusing } from './steps.ts';
import { waysToAsk } from './ways.ts';

interface Call {
  /** Bob's rules, as YAML's flow style has them; `carol` is the caller's next target. */
  readonly rules: (users: Users) => string;
  readonly call: (users: Users, following: Following) => Scenario;
  /** Of the 302: users and their q; Carol alone, with a q of 1, unless given. */
  readonly contacts?: readonly string[];
  /** Of the 302: RFC 8119's cause and RFC 5806's reason. */
  readonly cause: number;
  readonly reason: string;
}

const rule =
  (when: string) =>
  ({ carol }: Users) =>
    `{ when: ${when}, forward: { to: ${userOf(carol)} } }`;

const CALLS: Record<string, Call> = {
  "B's phone decides": {
    rules: () => '',
    call: ({ bob, carol }, following) => ({
      a: callAndFollow(bob, following, [180]),
      b: [
        [
          ringing(),
          answer(180),
          pause(300),
          answer(302, { lines: [`Contact: <${carol}>`] }),
          awaits('ACK'),
        ],
      ],
      c: answering(),
      ladder: ['A>P INVITE bob', ...RINGS, 'B>P 302', 'P>B ACK', ...DIVERTED],
    }),
    cause: 487,
    reason: 'deflection',
    contacts: ['carol'],
  },
  "B's phone names several": {
    rules: () => '',
    call: ({ bob, carol, dave }, following) => ({
      a: callAndFollow(bob, following),
      b: [
        refusing(302, {
          lines: [
            `Contact: "Carol, at home" <${carol}>;q=0.9, <${dave};transport=tcp>;q=0.5`,
            'Contact: <sip:+4930123@example.com>',
            'm: <sip:erin@example.com>;q=0.1',
          ],
        }),
      ],
      c: answering(),
      ladder: ['A>P INVITE bob', 'P>B INVITE bob', 'B>P 302', 'P>B ACK', ...DIVERTED],
    }),
    cause: 480,
    reason: 'deflection',
    // Best q first (RFC 3261 §8.1.3.4), and their own; numbers may not be called from here.
    contacts: ['carol;q=0.9', 'dave;q=0.5', 'erin;q=0.1'],
  },
  always: {
    rules: rule('always'),
    call: ({ bob }, following) => ({
      a: callAndFollow(bob, following),
      c: answering(),
      ladder: ['A>P INVITE bob', ...DIVERTED],
    }),
    cause: 302,
    reason: 'unconditional',
  },
  busy: {
    rules: rule('busy'),
    call: ({ bob }, following) => ({
      a: callAndFollow(bob, following),
      b: [refusing(486)],
      c: answering(),
      ladder: ['A>P INVITE bob', 'P>B INVITE bob', 'B>P 486', 'P>B ACK', ...DIVERTED],
    }),
    cause: 486,
    reason: 'user-busy',
  },
  'no answer': {
    rules: ({ carol }) => `{ when: no-answer, after: 5, forward: { to: ${userOf(carol)} } }`,
    call: ({ bob }, following) => ({
      a: callAndFollow(bob, following, [180]),
      b: [cancelled()],
      c: answering(),
      ladder: ['A>P INVITE bob', ...RINGS, ...CANCELLED, ...DIVERTED],
    }),
    cause: 408,
    reason: 'no-answer',
  },
  unreachable: {
    rules: rule('unreachable'),
    call: ({ bob }, following) => ({
      a: callAndFollow(bob, following),
      c: answering(),
      ladder: ['A>P INVITE bob', ...DIVERTED],
    }),
    cause: 503,
    reason: 'unavailable',
  },
};
const FOLLOWINGS: Following[] = ['new Call-ID', 'same Call-ID'];
const CASES = Object.keys(CALLS).flatMap((title) => FOLLOWINGS.map((f) => [title, f] as const));

describe.each(waysToAsk())('Divert itself, asked with %s', (way) => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-real-'));
  let local: Local;
  let bench: Bench;
  const results = new Map<string, Promise<Result>>();

  beforeAll(async () => {
    const planned = CASES.map(([title, following], i) => {
      const uri = (user: string) => `sip:${user}-${i + 1}@example.com`;
      const users = { bob: uri('bob'), carol: uri('carol'), dave: uri('dave') };
      return { key: `${title}, ${following}`, users, following, ...found(CALLS[title]) };
    });
    const subscribers = planned.map(
      ({ users, rules }) =>
        `  ${userOf(users.bob)}: { rules: [${rules(users)}] }\n  ${userOf(users.carol)}: {}\n`,
    );
    const document = join(folder, 'example.com.yaml');
    writeFileSync(document, `domain: example.com\nsubscribers:\n${subscribers.join('')}`);
    local = await startLocal({ documents: [document], port: 0, environment: PATIENT_DIVERT });
    bench = await Bench.start({ EDGE_CLIENT: way, DIVERT_URL: local.url, DIVERT_KEY: local.key });
    for (const { key, users, following, call } of planned) {
      results.set(key, bench.run(users, call(users, following)));
    }
    await Promise.allSettled(results.values());
  });
  afterAll(async () => {
    await bench?.stop();
    await local?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(CASES)('%s, %s', async (title, following) => {
    const { lines, failures, messages } = await found(results.get(`${title}, ${following}`));
    const { call, cause, reason, contacts = ['carol;q=1.0'] } = found(CALLS[title]);
    const nobody = { bob: '', carol: '', dave: '' };
    const { ladder } = call(nobody, following);
    expect(inOrder(lines, ladder)).toEqual(ladder);
    expect(failures).toEqual([]);
    const moved = found(messages.find(({ line }) => line === 'P>A 302'));
    const seen = values(moved, 'Contact').map((contact) =>
      contact.replace(
        new RegExp(
          `^<sip:(carol|dave|erin)(?:-\\d+)?@example\\.com;cause=${cause};dv=[^;>]+>(.*);mp=1$`,
        ),
        '$1$2',
      ),
    );
    expect(seen).toEqual(contacts);
    expect(values(moved, 'Diversion')[0]).toMatch(
      new RegExp(`^<sip:bob-\\d+@example\\.com>;reason=${reason}\\b`),
    );
    // The token of the Contact comes back in the Request-URI and goes no further.
    const onward = found(messages.find(({ line }) => line.startsWith('P>C INVITE')));
    expect(onward.text.split('\r\n')[0]).not.toContain('dv=');
  });

  test('logs no warning and no error', () => {
    expect(bench.edge.complaints).toEqual([]);
  });
});
