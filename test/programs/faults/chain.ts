/**
 * The whole chain under load: calls through the Kamailio edge, which asks Divert, which reads the
 * database, while the last two are killed and started again, or more is asked than is let through.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Edge } from '../../edge/edge.ts';
import { freePort } from '../../edge/ports.ts';
import { Parties, type SeenCall } from './parties.ts';
import { Program } from './program.ts';

const START = fileURLToPath(new URL('../../../infra/local/start.ts', import.meta.url));
const DATABASE = `@dynoxide/${process.platform}-${process.arch}/dynoxide`;

/**
 * Finals that A may get. The first is Divert's where it is asked and answers; with 408 the edge gives
 * up a phone that answers too late, as one in this process does on a machine that is busy enough.
 */
export const KINDS = {
  /** Forwards all calls; the phone is busy. */
  away: [302, 486, 408],
  /** Forwards when busy, and is. */
  busy: [302, 486, 408],
  /** The phone sends its own 302 to a number that nobody may call. */
  wild: [480, 408],
  /** No rules; answers. */
  plain: [200, 408],
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
  /** Times that Divert, the database, or both were killed. */
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
  /** Seconds from the first call to the last answer. */
  readonly seconds: number;
  /** Whether a call was diverted after everything. */
  readonly recovered: boolean;
}

/** What is done to Divert meanwhile; `throttle`: as DIVERT_THROTTLE of `npm start` has it. */
export type Adversity = 'kills' | 'none' | { readonly throttle: string };

/** Divert, the database, and both: each once at least, however long that takes. */
const STRIKES = 3;

/** Calls for so many seconds, and until everything was killed once; so many a second. */
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
    const edge = await Edge.start(`http://127.0.0.1:${divert.port}`, { DIVERT_KEY: 'chain-key' });
    ends.push(() => edge.stop());
    const parties = await Parties.start(edge.port, PHONES);
    ends.push(() => parties.stop());
    for (const kind of ALL) await edge.register(kind, `sip:${kind}@127.0.0.1:${parties.phonePort}`);

    const began = performance.now();
    const due = () => (performance.now() - began) / 1_000;
    let striking = adversity === 'kills';
    const kills =
      adversity === 'kills' ? strike(database, divert, parties, () => due() < seconds) : 0;
    const struck = Promise.resolve(kills).finally(() => {
      striking = false;
    });
    struck.catch(() => {});
    const calls: Promise<void>[] = [];
    while (striking || calls.length < rate * seconds) {
      const now = striking ? due() * rate : Math.min(due() * rate, rate * seconds);
      while (calls.length < now) calls.push(parties.call(ALL[calls.length % ALL.length] as Kind));
      await sleep(5);
    }
    await Promise.all(calls);
    const result = { kills: await struck, seconds: due(), ...count(parties.calls) };
    return { ...result, recovered: await diverts(parties) };
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

/** Kills and starts Divert, the database, and both, in turn. Resolves to how often. */
async function strike(
  database: Program,
  divert: Program,
  parties: Parties,
  goesOn: () => boolean,
): Promise<number> {
  let kills = 0;
  for (; kills < STRIKES || goesOn(); kills++) {
    await another(parties, 302);
    if (kills % 3 !== 1) await divert.kill();
    if (kills % 3 !== 0) await database.kill();
    // While only the database is away, Divert answers from the rules that it knows.
    await (kills % 3 === 1 ? sleep(500) : another(parties, 486));
    if (kills % 3 !== 0) await database.start();
    if (kills % 3 !== 1) await divert.start();
  }
  return kills;
}

/** Resolves when another call to who forwards all of them has ended so. */
async function another(parties: Parties, status: number): Promise<void> {
  const ended = () => count(parties.calls).finals.away[status] ?? 0;
  const before = ended();
  for (let waited = 0; ended() <= before; waited += 50) {
    if (waited > 60_000) throw new Error(`for a minute no call for away has ended with ${status}`);
    await sleep(50);
  }
}

/** What became of the calls. */
function count(calls: ReadonlyMap<string, SeenCall>) {
  const finals = Object.fromEntries(ALL.map((kind) => [kind, {}])) as Record<
    Kind,
    Record<number, number>
  >;
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const [callId, call] of calls) {
    const kind = call.user as Kind;
    const status = Number([...call.finals][0]?.split(' ')[0]);
    if (call.finals.size === 0) lost.push(callId);
    else finals[kind][status] = (finals[kind][status] ?? 0) + 1;
    if (call.finals.size > 1 || rungTwice(call)) doubled.push(callId);
  }
  const longestWait = Math.max(0, ...[...calls.values()].map(({ wait = 0 }) => wait));
  return { calls: calls.size, finals, lost, doubled, longestWait };
}

/** Whether an INVITE came to one phone by two branches. */
export function rungTwice({ legs }: SeenCall): boolean {
  const users = [...legs].map((leg) => leg.split(' ')[0]);
  return new Set(users).size < users.length;
}

/** The edge stops asking for some seconds after failures; then it asks again. */
async function diverts(parties: Parties): Promise<boolean> {
  const diverted = () => count(parties.calls).finals.away[302] ?? 0;
  const before = diverted();
  for (let attempt = 0; attempt < 20 && diverted() === before; attempt++) {
    await parties.call('away');
    if (diverted() === before) await sleep(1_000);
  }
  return diverted() > before;
}

const PHONES: Readonly<Record<Kind, readonly string[]>> = {
  away: ['486 Busy Here'],
  busy: ['486 Busy Here'],
  wild: ['302 Moved Temporarily', 'Contact: <sip:+4990012345@example.com>'],
  plain: ['200 OK'],
};
