/**
 * The whole chain under load: SIPp calls through the Kamailio edge, which asks Divert, which reads
 * the database, while the last two are killed and started again, or more is asked than is let through.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Capture, type Packet } from '../edge/capture.ts';
import { Edge } from '../edge/edge.ts';
import { freePort } from '../edge/ports.ts';
import { ackFailure, answer, expect, inCall, invite, ok, play, ringing } from '../edge/sipp.ts';
import { Program } from './program.ts';

const START = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url));
const DATABASE = `@dynoxide/${process.platform}-${process.arch}/dynoxide`;

/** Finals that A may get; the first is Divert's where it is asked and answers. */
export const KINDS = {
  /** Forwards all calls; his phone is busy. */
  away: [302, 486],
  /** Forwards when busy, and is. */
  busy: [302, 486],
  /** His phone sends its own 302 to a number that nobody may call. */
  wild: [480],
  /** No rules; answers. */
  plain: [200],
} as const;
export type Kind = keyof typeof KINDS;
const ALL = Object.keys(KINDS) as Kind[];

const RULES = `
domain: example.com
subscribers:
  away: { rules: [{ when: always, forward: carol }] }
  busy: { rules: [{ when: busy, forward: carol }] }
  wild: {}
  plain: {}
  carol: {}
`;

export interface ChainResult {
  /** Times that Divert and the database were killed. */
  readonly kills: number;
  /** By the user who was called. */
  readonly finals: Readonly<Record<Kind, Readonly<Record<number, number>>>>;
  readonly calls: number;
  /** Call-IDs without a final answer. */
  readonly lost: readonly string[];
  /** Call-IDs with two different final answers, or that reached B's phone twice. */
  readonly doubled: readonly string[];
  /** The longest that a call waited to reach its phone or to be answered, in seconds. */
  readonly longestWait: number;
  /** What SIPp did not expect. */
  readonly failures: readonly string[];
  /** Whether a call was diverted after everything. */
  readonly recovered: boolean;
}

/** What is done to Divert meanwhile; `throttle`: as DIVERT_THROTTLE of `npm start` has it. */
export type Adversity = 'kills' | 'none' | { readonly throttle: string };

/** Calls for so many seconds, so many a second. */
export async function runChain(
  seconds: number,
  rate: number,
  adversity: Adversity = 'kills',
): Promise<ChainResult> {
  const folder = mkdtempSync(join(tmpdir(), 'divert-chain-'));
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    writeFileSync(join(folder, 'rules.yaml'), RULES);
    const throttle = typeof adversity === 'object' ? adversity.throttle : '';
    const [database, divert] = await programs(folder, throttle);
    ends.push(() => database.kill());
    await database.start();
    ends.push(() => divert.kill());
    await divert.start();
    const url = `http://127.0.0.1:${divert.port}`;
    const edge = await Edge.start(url, { DIVERT_KEY: 'chain-key' });
    ends.push(() => edge.stop());
    const phones = await Promise.all(ALL.map((kind) => play(edge.port, PHONES[kind], LONG)));
    for (const [i, phone] of phones.entries()) {
      ends.push(() => phone.stop());
      await edge.register(ALL[i] as Kind, `sip:${ALL[i]}@127.0.0.1:${phone.port}`);
    }
    const capture = await Capture.start(edge.port);
    ends.push(() => capture.stop());

    const each = rate / ALL.length;
    const load = { calls: Math.ceil(each * seconds), rate: each, seconds: seconds + 40 };
    const callers = await Promise.all(ALL.map((kind) => play(edge.port, CALLERS[kind], load)));
    const over = Promise.allSettled(callers.map(({ done }) => done));
    const kills = adversity === 'kills' ? await strike(database, divert, over) : 0;
    const failures = (await over).flatMap((one) =>
      one.status === 'rejected' ? [String(one.reason)] : [],
    );
    const tally = count(await capture.packets(), edge.port, new Set(callers.map((c) => c.port)));
    return { kills, failures, ...tally, recovered: await diverts(edge.port) };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function programs(folder: string, throttle: string): Promise<[Program, Program]> {
  const binary = createRequire(import.meta.url).resolve(DATABASE);
  const port = await freePort();
  const file = join(folder, 'dynamodb.sqlite');
  const serve = ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file];
  const own = await freePort();
  const env = {
    PORT: String(own),
    DIVERT_KEY: 'chain-key',
    DIVERT_DATA: join(folder, 'data'),
    DIVERT_THROTTLE: throttle,
    DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}`,
    DIVERT_DEADLINE_MS: '500', // on a busy machine; an edge waits for a second
  };
  return [
    new Program(port, [binary, ...serve]),
    new Program(own, [process.execPath, START, join(folder, 'rules.yaml')], env),
  ];
}

/** Kills and starts Divert, the database, and both, in turn, until the calls are over. */
async function strike(database: Program, divert: Program, over: Promise<unknown>): Promise<number> {
  let calling = true;
  over.then(() => {
    calling = false;
  });
  for (let kills = 0; ; kills++) {
    await sleep(1_500);
    if (!calling) return kills;
    if (kills % 3 !== 1) await divert.kill();
    if (kills % 3 !== 0) await database.kill();
    await sleep(500);
    if (kills % 3 !== 0) await database.start();
    if (kills % 3 !== 1) await divert.start();
  }
}

/** Of every call what its caller and its phone saw. */
function count(packets: readonly Packet[], edge: number, callers: ReadonlySet<number>) {
  interface Seen {
    readonly kind: Kind;
    readonly finals: Set<string>;
    readonly legs: Set<string>;
    readonly at: number;
    wait?: number;
  }
  const calls = new Map<string, Seen>();
  for (const { from, to, time, text } of packets) {
    const callId = /^Call-ID:\s*(\S+)/im.exec(text)?.[1] ?? '';
    const invite = /^INVITE sip:(\w+)@/.exec(text)?.[1] as Kind | undefined;
    if (invite && callers.has(from) && !calls.has(callId)) {
      calls.set(callId, { kind: invite, finals: new Set(), legs: new Set(), at: time });
    }
    const call = calls.get(callId);
    const final = /^SIP\/2\.0 ([2-6]\d\d)/.exec(text)?.[1];
    if (call === undefined) continue;
    if (final && callers.has(to) && /^CSeq:\s*\d+ INVITE/im.test(text)) {
      call.wait ??= time - call.at;
      call.finals.add(`${final} ${/^To:.*;tag=(\S+)/im.exec(text)?.[1]}`);
    } else if (invite && from === edge) {
      call.wait ??= time - call.at;
      call.legs.add(/^Via:.*?branch=([^;\s]+)/im.exec(text)?.[1] ?? '');
    }
  }
  const finals = Object.fromEntries(ALL.map((kind) => [kind, {}])) as Record<
    Kind,
    Record<number, number>
  >;
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const [callId, call] of calls) {
    const status = Number([...call.finals][0]?.split(' ')[0]);
    if (call.finals.size === 0) lost.push(callId);
    else finals[call.kind][status] = (finals[call.kind][status] ?? 0) + 1;
    if (call.finals.size > 1 || call.legs.size > 1) doubled.push(callId);
  }
  const longestWait = Math.max(0, ...[...calls.values()].map(({ wait = 0 }) => wait));
  return { calls: calls.size, finals, lost, doubled, longestWait };
}

/** The edge stops asking for some seconds after failures; then it asks again. */
async function diverts(edge: number): Promise<boolean> {
  const uri = 'sip:away@example.com';
  const steps = [invite({ uri }), TRYING, '<recv response="302"/>', ackFailure({ uri })];
  for (let attempt = 0; attempt < 20; attempt++) {
    const diverted = await (await play(edge, steps)).done.then(
      () => true,
      () => false,
    );
    if (diverted) return true;
    await sleep(1_000);
  }
  return false;
}

const TRYING = '<recv response="100" optional="true"/>';
const LONG = { calls: 1_000_000, seconds: 3_600 };

const refusing = (status: number, lines: readonly string[] = []) => [
  ringing(),
  answer(status, { lines }),
  expect('ACK'),
];
const PHONES: Record<Kind, string[]> = {
  away: refusing(486),
  busy: refusing(486),
  wild: refusing(302, ['Contact: <sip:+4990012345@example.com>']),
  plain: [ringing(), answer(200), expect('ACK'), expect('BYE'), ok()],
};

/** Takes either of two answers. */
const either = (uri: string, [one, other]: readonly [number, number]) => [
  invite({ uri }),
  TRYING,
  `<recv response="${one}" optional="true" next="1"/>`,
  `<recv response="${other}"/>`,
  '<label id="1"/>',
  ackFailure({ uri }),
];
const CALLERS: Record<Kind, string[]> = {
  away: either('sip:away@example.com', KINDS.away),
  busy: either('sip:busy@example.com', KINDS.busy),
  wild: [
    invite({ uri: 'sip:wild@example.com' }),
    TRYING,
    '<recv response="480"/>',
    ackFailure({ uri: 'sip:wild@example.com' }),
  ],
  plain: [
    invite({ uri: 'sip:plain@example.com' }),
    TRYING,
    '<recv response="200" rrs="true"/>',
    inCall('ACK'),
    inCall('BYE', { number: 2 }),
    '<recv response="200"/>',
  ],
};
