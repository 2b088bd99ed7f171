/**
 * Divert's own `follow`, obeyed by the edge: the bundle that is deployed decides whose calls are followed, and
 * Kamailio calls (RFC 3261 §16.6, §16.7; RFC 7044 §9; RFC 3325).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePeer } from '../../functions/rules/peers.ts';
import type { PeerSource } from '../../functions/rules/schema/peers-document.ts';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { writePeer } from '../../infra/local/peer.ts';
import { PATIENT_DIVERT } from './patience.ts';
import { finalOf, lines, type RawAnswer, RawPhone, rawCall } from './raw.ts';
import { Bench, found, type Users } from './scenario.ts';
import { answering, conversation } from './steps.ts';
import { warm } from './warm.ts';
import { waysToAsk } from './ways.ts';

/** Callers from here come by the trunk, whose side does not follow a 302. */
const TRUNK = '127.0.0.2';
const PEER: PeerSource = {
  name: 'local',
  domains: ['example.com'],
  hosts: ['127.0.0.1'],
  trunks: [TRUNK],
  headers: 'both',
  follow: { trunks: true, transports: ['tcp'], userAgents: ['JsSIP'] },
};

const rings = (...more: RawAnswer[]): RawAnswer[] => [{ line: '180 Ringing' }, ...more];
const RINGS = rings();
const ANSWERS = rings({
  line: '200 OK',
  after: 400,
  headers: ['Contact: <sip:phone@127.0.0.1>'],
});
const BUSY: RawAnswer[] = [{ line: '486 Busy Here' }];
/** A busy phone that has rung, so that whose answer is told is seen by its Warning. */
const refuses = (line: string): RawAnswer[] => [
  { line, headers: ['Warning: 399 phone.example "its own"'] },
];

type Party = 'bob' | 'carol' | 'dave' | 'erin';
interface Case {
  /** Rules of each, as YAML's flow style has them; of `carol` stands where her name of this case is to be. */
  readonly rules: Partial<Record<Party, string>>;
  readonly phones: Partial<Record<Party, readonly RawAnswer[]>>;
  readonly final: number;
  /** Who was called, how often, and whether they were cancelled. */
  readonly called: Partial<Record<Party, 'once' | 'cancelled' | 'never'>>;
  readonly source?: string;
  readonly headers?: readonly string[];
}

const always = (to: string) => `{ when: always, forward: ${to} }`;
const CASES: Record<string, Case> = {
  'a caller of the trunk': {
    rules: { bob: always('{ to: carol }') },
    phones: { carol: ANSWERS },
    final: 200,
    called: { carol: 'once' },
    source: TRUNK,
  },
  'a caller whose User-Agent is named': {
    rules: { bob: always('{ to: carol }') },
    phones: { carol: ANSWERS },
    final: 200,
    called: { carol: 'once' },
    headers: ['User-Agent: jssip 3.10'],
  },
  'nobody else': {
    rules: { bob: always('{ to: carol }') },
    phones: { carol: ANSWERS },
    final: 302,
    called: { carol: 'never' },
    headers: ['User-Agent: a desk phone'],
  },
  'for everybody, where bob’s own phone rings with another': {
    rules: { bob: always('[{ to: self, q: 1.0 }, { to: carol, q: 1.0 }]') },
    phones: { bob: RINGS, carol: ANSWERS },
    final: 200,
    called: { bob: 'cancelled', carol: 'once' },
  },
  'for everybody, where several ring at once': {
    rules: { bob: always('[{ to: carol, q: 1.0 }, { to: dave, q: 1.0 }]') },
    phones: { carol: ANSWERS, dave: RINGS },
    final: 200,
    called: { carol: 'once', dave: 'cancelled' },
  },
  'in turn, each for its time': {
    rules: { bob: always('[{ to: carol, ring: 5 }, { to: dave }]') },
    phones: { carol: RINGS, dave: ANSWERS },
    final: 200,
    called: { carol: 'cancelled', dave: 'once' },
    source: TRUNK,
  },
  'in turn, where one is busy': {
    rules: { bob: always('[{ to: carol }, { to: dave }]') },
    phones: { carol: BUSY, dave: ANSWERS },
    final: 200,
    called: { carol: 'once', dave: 'once' },
    source: TRUNK,
  },
  'up to a 6xx': {
    rules: { bob: always('[{ to: carol }, { to: dave }]') },
    phones: { carol: refuses('603 Decline'), dave: ANSWERS },
    final: 603,
    called: { carol: 'once', dave: 'never' },
    source: TRUNK,
  },
  'to the best of what all have said': {
    rules: { bob: always('[{ to: carol }, { to: dave }]') },
    phones: { carol: BUSY, dave: refuses('480 Temporarily Unavailable') },
    final: 486,
    called: { carol: 'once', dave: 'once' },
    source: TRUNK,
  },
  'when bob is busy': {
    rules: { bob: '{ when: busy, forward: { to: carol } }' },
    phones: { bob: BUSY, carol: ANSWERS },
    final: 200,
    called: { bob: 'once', carol: 'once' },
    source: TRUNK,
  },
  'when bob does not answer': {
    rules: { bob: '{ when: no-answer, after: 5, forward: { to: carol } }' },
    phones: { bob: RINGS, carol: ANSWERS },
    final: 200,
    called: { bob: 'cancelled', carol: 'once' },
    source: TRUNK,
  },
  'when bob is not there': {
    rules: { bob: '{ when: unreachable, forward: { to: carol } }' },
    phones: { carol: ANSWERS },
    final: 200,
    called: { carol: 'once' },
    source: TRUNK,
  },
  'bob’s own 302': {
    rules: {},
    phones: {
      bob: [
        {
          line: '302 Moved',
          headers: [
            'Contact: <sip:+4990012345@example.com>;q=1',
            'Contact: <sip:dave@example.com>;q=0.2, <sip:carol@example.com>;q=0.8',
          ],
        },
      ],
      carol: BUSY,
      dave: ANSWERS,
    },
    final: 200,
    called: { bob: 'once', carol: 'once', dave: 'once' },
    source: TRUNK,
  },
  'a target that forwards': {
    rules: { bob: always('{ to: carol }'), carol: always('{ to: dave }') },
    phones: { dave: ANSWERS },
    final: 200,
    called: { dave: 'once' },
    source: TRUNK,
  },
  'a target that forwards when busy, and then the next of the first': {
    rules: {
      bob: always('[{ to: carol }, { to: erin }]'),
      carol: '{ when: busy, forward: { to: dave } }',
    },
    phones: { carol: BUSY, dave: BUSY, erin: ANSWERS },
    final: 200,
    called: { carol: 'once', dave: 'once', erin: 'once' },
    source: TRUNK,
  },
  'no circle': {
    rules: {
      bob: '{ when: unreachable, forward: { to: carol } }',
      carol: '{ when: unreachable, forward: { to: bob } }',
    },
    phones: {},
    final: 404,
    called: {},
    source: TRUNK,
  },
};

const PARTIES: readonly Party[] = ['bob', 'carol', 'dave', 'erin'];
/** Six who forward to the next one, and two more at the end. */
const CHAIN = 8;

describe.each(waysToAsk())('asking with %s, the edge follows as Divert says', (way) => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-real-follow-'));
  let local: Local;
  let bench: Bench;
  const cases = Object.entries(CASES).map(([title, one], i) => {
    const named = (text: string) =>
      text.replace(/\b(bob|carol|dave|erin)\b/g, (name) => `${name}-${i + 1}`);
    return { title, one, named };
  });

  beforeAll(async () => {
    const subscribers = cases.flatMap(({ one, named }) =>
      PARTIES.map((party) => `  ${named(party)}: { rules: [${named(one.rules[party] ?? '')}] }`),
    );
    for (let n = 0; n < CHAIN; n++) {
      const next = n + 1 < CHAIN ? always(`{ to: chain-${n + 1} }`) : '';
      subscribers.push(`  chain-${n}: { rules: [${next}] }`);
    }
    subscribers.push(`  tcp-bob: { rules: [${always('{ to: tcp-carol }')}] }`, '  tcp-carol: {}');
    subscribers.push('  told-bob: { rules: [{ when: busy, forward: { to: told-carol } }] }');
    subscribers.push('  told-carol: { rules: [{ when: busy, forward: { to: told-dave } }] }');
    subscribers.push('  told-dave: {}');
    const document = join(folder, 'example.com.yaml');
    writeFileSync(document, `domain: example.com\nsubscribers:\n${subscribers.join('\n')}\n`);
    local = await startLocal({
      documents: [document],
      port: 0,
      environment: PATIENT_DIVERT,
    });
    const compiled = found(compilePeer(PEER).peer);
    const author = { who: 'test', from: 'localhost' };
    await writePeer(local.table, { source: PEER, compiled }, local.key, author);
    await warm(local.url, local.key);
    bench = await Bench.start({ EDGE_CLIENT: way, DIVERT_URL: local.url, DIVERT_KEY: local.key });
  });
  afterAll(async () => {
    await bench?.stop();
    await local?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.concurrent.each(cases)('$title', async ({ one, named }) => {
    const phones = new Map<Party, RawPhone>();
    for (const [party, answers] of Object.entries(one.phones)) {
      const own = answers.map((answer) => ({
        ...answer,
        ...(answer.headers && { headers: answer.headers.map(named) }),
      }));
      phones.set(party as Party, await RawPhone.start(bench.edge, named(party), own));
    }
    try {
      const { source, headers = [] } = one;
      const uri = `sip:${named('bob')}@example.com`;
      const final = finalOf(await rawCall(bench.edge, { uri, headers, ...(source && { source }) }));
      // A CANCEL may still be on its way.
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(final.slice(8, 11)).toBe(String(one.final));
      const called = [...phones].map(([party, { invites, cancelled }]) => {
        const times = new Set(invites.map((text) => lines(text, 'via')[0])).size;
        const what = times === 0 ? 'never' : cancelled.size > 0 ? 'cancelled' : 'once';
        return [party, times > 1 ? `${times} times` : what];
      });
      expect(Object.fromEntries(called)).toEqual(one.called);
      // The token is between the edge and Divert.
      for (const { invites } of phones.values()) {
        for (const text of invites) expect(text.split('\r\n')[0]).not.toContain('dv=');
      }
    } finally {
      for (const phone of phones.values()) phone.stop();
    }
  });

  test.concurrent('a caller over TCP, message by message', async () => {
    const uri = (name: string) => `sip:tcp-${name}@example.com`;
    const users: Users = { bob: uri('bob'), carol: uri('carol'), dave: uri('dave') };
    const { lines: seen, failures } = await bench.run(users, {
      a: conversation({ uri: users.bob }),
      c: answering(),
      tcp: true,
      ladder: [],
    });
    expect(failures).toEqual([]);
    expect(seen.map((line) => line.replace('tcp-', ''))).toEqual([
      'A>P INVITE bob',
      'P>C INVITE carol',
      'C>P 180',
      'P>A 180',
      'C>P 200',
      'P>A 200',
      'A>P ACK',
      'P>C ACK',
    ]);
  });

  test.concurrent('each target is told who diverted, why, and from where it was mapped', async () => {
    const bob = await RawPhone.start(bench.edge, 'told-bob', BUSY);
    const carol = await RawPhone.start(bench.edge, 'told-carol', BUSY);
    const dave = await RawPhone.start(bench.edge, 'told-dave', ANSWERS);
    try {
      const headers = ['Supported: histinfo'];
      const uri = 'sip:told-bob@example.com';
      const final = finalOf(await rawCall(bench.edge, { uri, headers, source: TRUNK }));
      expect(final).toMatch(/^SIP\/2\.0 200 /);
      const first = found(carol.invites[0]);
      const second = found(dave.invites[0]);
      const reason = '?Reason=SIP%3Bcause%3D486';
      // RFC 7044 §9.2, §10.3: the busy one with the true status, then the target, mapped from it.
      expect(lines(first, 'history-info')).toEqual([
        `<${uri}${reason}>;index=1`,
        '<sip:told-carol@example.com;cause=486>;index=1.1;mp=1',
      ]);
      expect(lines(second, 'history-info')).toEqual([
        `<${uri}${reason}>;index=1`,
        `<sip:told-carol@example.com;cause=486${reason}>;index=1.1;mp=1`,
        '<sip:told-dave@example.com;cause=486>;index=1.1.1;mp=1.1',
      ]);
      // RFC 5806 §4: the newest on top, what was there below it.
      expect(lines(second, 'diversion')).toEqual([
        expect.stringMatching(/^<sip:told-carol@example\.com>;reason=user-busy;/),
        expect.stringMatching(/^<sip:told-bob@example\.com>;reason=user-busy;/),
      ]);
    } finally {
      for (const phone of [bob, carol, dave]) phone.stop();
    }
  });

  test.concurrent('as often as the domain lets a call be diverted, and no more', async () => {
    const phones = await Promise.all(
      Array.from({ length: CHAIN }, (_, n) => RawPhone.start(bench.edge, `chain-${n}`, ANSWERS)),
    );
    try {
      const uri = 'sip:chain-0@example.com';
      const final = finalOf(await rawCall(bench.edge, { uri, source: TRUNK }));
      expect(final).toMatch(/^SIP\/2\.0 200 /);
      // maxDiversions is 5: the sixth in the chain is not diverted from any more.
      expect(phones.map(({ invites }) => invites.length)).toEqual([0, 0, 0, 0, 0, 1, 0, 0]);
    } finally {
      for (const phone of phones) phone.stop();
    }
  });

  test('logs no warning and no error', () => {
    expect(bench.edge.complaints).toEqual([]);
  });
});
