/**
 * Calls through the Kamailio edge for as long as it takes, every other one over TLS: followed, refused, diverted by
 * their phones, ended by the ring timer; with two Divert URLs, of which the first is killed and comes back meanwhile.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Edge } from '../../edge/edge.ts';
import { freePort } from '../../edge/ports.ts';
import { rungTwice } from '../faults/chain.ts';
import { Parties, type Phones, type SeenCall } from '../faults/parties.ts';
import { Program } from '../faults/program.ts';

const START = fileURLToPath(new URL('../../../infra/local/start.ts', import.meta.url));
const DATABASE = `@dynoxide/${process.platform}-${process.arch}/dynoxide`;
const KEY = 'soak-key';

const RULES = `
domain: example.com
subscribers:
  away: { rules: [{ when: always, forward: carol }] }
  busy: { rules: [{ when: busy, forward: carol }] }
  wild: {}
  plain: {}
  both: { rules: [{ when: always, forward: [{ to: self, q: 1.0 }, { to: carol, q: 1.0 }] }] }
  hunt: { rules: [{ when: busy, forward: [{ to: dave, q: 1.0 }, { to: carol, q: 1.0 }, { to: erin, q: 0.5 }] }] }
  turn: { rules: [{ when: busy, forward: [{ to: busy-2, q: 1.0 }, { to: dave, q: 0.5 }, { to: erin, q: 0.5 }] }] }
  slow: { rules: [{ when: no-answer, after: 5, forward: [{ to: carol, q: 1.0 }, { to: dave, q: 1.0 }] }] }
  nobody: { rules: [{ when: unreachable, reject: 410 }] }
  busy-2: {}
  carol: {}
  dave: {}
  erin: {}
`;

/** Who is called, and the answer that is right while one Divert is there. */
const KINDS: Readonly<Record<string, number>> = {
  away: 302,
  busy: 302,
  wild: 480,
  plain: 200,
  both: 200,
  hunt: 200,
  turn: 200,
  slow: 200,
  nobody: 410,
};
const ALL = Object.keys(KINDS);

const BUSY = ['486 Busy Here'];
const PHONES: Phones = {
  away: BUSY,
  busy: BUSY,
  wild: ['302 Moved Temporarily', 'Contact: <sip:+4990012345@example.com>'],
  plain: { rings: true, after: 300, final: ['200 OK'] },
  both: { rings: true, after: 3_000, final: ['200 OK'] },
  hunt: BUSY,
  turn: BUSY,
  slow: { rings: true, after: 9_000, final: ['200 OK'] },
  'busy-2': BUSY,
  carol: { rings: true, after: 300, final: ['200 OK'] },
  dave: { rings: true, after: 200, final: ['200 OK'] },
  erin: { rings: true },
};

/** What the edge holds. */
export interface Held {
  /** Seconds since the first call. */
  readonly at: number;
  readonly calls: number;
  /** Bytes of shared memory in use. */
  readonly shm: number;
  /** Bytes of private memory in use, of the process that has most. */
  readonly pkg: number;
  /** Transactions that tm keeps. */
  readonly transactions: number;
}

export interface EdgeSoak {
  readonly calls: number;
  readonly seconds: number;
  /** Times that the first Divert was killed. */
  readonly kills: number;
  readonly finals: Readonly<Record<string, Readonly<Record<number, number>>>>;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Answers that are not right: as without Divert. */
  readonly undecided: number;
  readonly samples: readonly Held[];
  /** After everything has ended. */
  readonly idle: Held;
  readonly complaints: readonly string[];
}

/**
 * @param calls how many
 * @param rate a second
 * @param onSample takes what the edge holds, every so often
 */
export async function soakEdge(
  calls: number,
  rate: number,
  onSample: (held: Held) => void = () => {},
): Promise<EdgeSoak> {
  const folder = mkdtempSync(join(tmpdir(), 'divert-soak-'));
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    writeFileSync(join(folder, 'rules.yaml'), RULES);
    chmodSync(folder, 0o777);
    const database = await startDatabase(folder, ends);
    const diverts = [
      await startDivert(folder, database, ends),
      await startDivert(folder, database, ends),
    ];
    const control = join(folder, 'control');
    const urls = diverts.map(({ port }) => `http://127.0.0.1:${port}`).join(',');
    const tls = await freePort();
    const edge = await Edge.start(urls, {
      DIVERT_KEY: KEY,
      EDGE_CONTROL: control,
      EDGE_TLS_PORT: String(tls),
    });
    ends.push(() => edge.stop());
    const parties = await Parties.start(edge.port, PHONES, tls);
    ends.push(() => parties.stop());
    const register = async () => {
      for (const user of Object.keys(PHONES)) {
        await edge.register(user, `sip:${user}@127.0.0.1:${parties.phonePort}`);
      }
    };
    await register();
    // A registration lasts 300 s.
    const renewing = setInterval(() => void register().catch(() => {}), 60_000);
    ends.push(() => clearInterval(renewing));

    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1_000;
    const hold = async (): Promise<Held> => ({
      at: seconds(),
      calls: parties.calls.size,
      ...(await held(control)),
    });
    const samples: Held[] = [];
    const every = Math.max(2, calls / rate / 24);
    let ended = false;
    const sampling = (async () => {
      while (!ended) {
        await sleep(every * 1_000);
        if (ended) break;
        samples.push(await hold());
        onSample(samples.at(-1) as Held);
      }
    })();
    const strikes = strike(diverts[0] as Program, () => ended, every);
    const going: Promise<void>[] = [];
    for (let n = 0; n < calls; ) {
      while (n < Math.min(calls, seconds() * rate)) {
        going.push(parties.call(ALL[n % ALL.length] as string));
        n++;
      }
      await sleep(5);
    }
    await Promise.all(going);
    const took = seconds();
    ended = true;
    const kills = await strikes;
    await sampling;
    // tm keeps an answered transaction for some seconds, and a BYE is on its way.
    let idle = await hold();
    for (let waited = 0; idle.transactions > 0 && waited < 90; waited++) {
      await sleep(1_000);
      idle = await hold();
    }
    return {
      ...{ calls: parties.calls.size, seconds: took, kills, samples, idle },
      ...counted(parties.calls),
      complaints: edge.complaints,
    };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function startDatabase(folder: string, ends: (() => unknown)[]): Promise<Program> {
  const binary = createRequire(import.meta.url).resolve(DATABASE);
  const port = await freePort();
  const file = join(folder, 'dynamodb.sqlite');
  const program = new Program(port, [
    binary,
    ...['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file],
  ]);
  ends.push(() => program.kill());
  await program.start();
  return program;
}

async function startDivert(
  folder: string,
  database: Program,
  ends: (() => unknown)[],
): Promise<Program> {
  const port = await freePort();
  const program = new Program(port, [process.execPath, START, join(folder, 'rules.yaml')], {
    PORT: String(port),
    DIVERT_KEY: KEY,
    DIVERT_DATA: join(folder, `data-${port}`),
    DYNAMODB_ENDPOINT: `http://127.0.0.1:${database.port}`,
    DIVERT_DEADLINE_MS: '500', // on a busy machine; an edge waits for a second
  });
  ends.push(() => program.kill());
  await program.start();
  return program;
}

/** Kills the first Divert, and starts it again, in turn. Resolves to how often. */
async function strike(divert: Program, over: () => boolean, every: number): Promise<number> {
  let kills = 0;
  for (let waited = 0; !over(); waited++) {
    await sleep(1_000);
    if (over() || waited < every * 2) continue;
    waited = 0;
    await divert.kill();
    kills++;
    await sleep(every * 500);
    await divert.start();
  }
  return kills;
}

function counted(calls: ReadonlyMap<string, SeenCall>) {
  const finals: Record<string, Record<number, number>> = {};
  const lost: string[] = [];
  const doubled: string[] = [];
  let undecided = 0;
  for (const [callId, call] of calls) {
    const status = Number([...call.finals][0]?.split(' ')[0] ?? 0);
    const of = finals[call.user] ?? {};
    finals[call.user] = { ...of, [status]: (of[status] ?? 0) + 1 };
    if (call.finals.size === 0) lost.push(callId);
    else if (status !== KINDS[call.user]) undecided++;
    if (call.finals.size > 1 || rungTwice(call)) doubled.push(callId);
  }
  return { finals, lost, doubled, undecided };
}

const run = promisify(execFile);

/** By kamcmd: numbers of its `name: value` lines. */
async function held(control: string): Promise<Pick<Held, 'shm' | 'pkg' | 'transactions'>> {
  const ask = async (command: string, name: string) => {
    const { stdout } = await run('kamcmd', ['-s', `unix:${control}`, command]);
    return [...stdout.matchAll(new RegExp(`\\b${name}: (\\d+)`, 'g'))].map(([, n]) => Number(n));
  };
  const [shm = 0] = await ask('core.shmmem', 'used');
  const [transactions = 0] = await ask('tm.stats', 'current');
  return { shm, pkg: Math.max(...(await ask('pkg.stats', 'used'))), transactions };
}

/** What grew between the first and the last third, in words; the first quarter is left out. */
export function edgeGrowth({ samples, idle }: Pick<EdgeSoak, 'samples' | 'idle'>): string[] {
  const steady = samples.slice(Math.ceil(samples.length / 4));
  const third = Math.ceil(steady.length / 3);
  const median = (of: readonly Held[], what: 'shm' | 'pkg') =>
    of.map((one) => one[what]).sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
  const grown: string[] = [];
  for (const [what, factor, rest] of [
    ['shm', 1.1, 2 << 20],
    ['pkg', 1.05, 64 << 10],
  ] as const) {
    const [first, last] = [
      median(steady.slice(0, third), what),
      median(steady.slice(-third), what),
    ];
    if (last > first * factor + rest) grown.push(`${what} grew from ${first} to ${last}`);
  }
  if (idle.transactions > 0) grown.push(`${idle.transactions} transactions are left`);
  return grown;
}
