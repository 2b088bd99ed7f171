import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RouteRequest } from '../../../functions/decide/decision.ts';
import { startWorld, type World } from '../bench/world.ts';
import { DEADLINE_MS, FAULTS, type FaultCase, STRANGER } from './faults.ts';
import { type Answered, Handlers } from './handlers.ts';
import { FaultProxy } from './proxy.ts';

const KEY = 'bench-key';
/** Each of them forwards to a target of their own, `u7` to `t7`. */
export const USERS = Array.from({ length: 20 }, (_, i) => `u${i}`);
const OF_USERS = USERS.map(
  (user) => `  ${user}: { rules: [{ when: busy, forward: t${user.slice(1)} }] }\n`,
);
const RULES = `
domain: example.com
targets: { allow: ["@example.com", "+49"], deny: ["+49900"] }
subscribers:
  bob: { rules: [{ name: mine, when: busy, forward: carol }] }
  carol: {}
  ${STRANGER}: { rules: [{ name: another's, when: any, forward: "+4930999999" }] }
${OF_USERS.join('')}${USERS.map((user) => `  t${user.slice(1)}: {}\n`).join('')}`;

/** The questions of a row, all for bob. */
const OUTCOMES = {
  busy: { status: 486 },
  toUser: { status: 302, contacts: ['<sip:carol@example.com>'] },
  toNumber: { status: 302, contacts: ['<sip:+4990012345@example.com>'] },
} as const;

/** What a fault did to calls. */
export interface Row {
  readonly fault: FaultCase;
  /** By an instance that never reached the database. */
  readonly cold: Readonly<Record<keyof typeof OUTCOMES, Answered>>;
  /** By one that has read bob's rules before. */
  readonly warm: Answered;
  /** Requests that this last one sent to the database. */
  readonly reads: number;
  /** When the fault is over. */
  readonly after: Answered;
}

/** The embedded database, the instances of the bundle in front of it. */
export class FaultBench {
  readonly handlers = new Handlers();
  readonly #world: World;
  #calls = 0;

  private constructor(world: World) {
    this.#world = world;
  }

  static async start(): Promise<FaultBench> {
    const folder = mkdtempSync(join(tmpdir(), 'divert-faults-'));
    try {
      writeFileSync(join(folder, 'example.com.yaml'), RULES);
      return new FaultBench(await startWorld(undefined, [join(folder, 'example.com.yaml')]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  async stop(): Promise<void> {
    await this.handlers.stop();
    await this.#world.stop();
  }

  /** A proxy, and an instance behind it; `start` once a fault is armed, or not. */
  async instance(name: string, hedgeMs = 0) {
    const { AWS_ENDPOINT_URL_DYNAMODB: upstream = '', ...environment } = this.#world.environment;
    const proxy = await FaultProxy.start(upstream);
    return {
      proxy,
      start: () =>
        this.handlers.start(name, {
          ...environment,
          AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
          DIVERT_DEADLINE_MS: String(DEADLINE_MS),
          DIVERT_HEDGE_MS: String(hedgeMs),
        }),
      ask: (outcome: RouteRequest['outcome'], user = 'bob') =>
        this.handlers.ask(name, KEY, {
          callId: `${++this.#calls}@faults`,
          requestUri: `sip:${user}@example.com`,
          from: '<sip:alice@example.com>;tag=1',
          to: `<sip:${user}@example.com>`,
          ...(outcome && { outcome }),
        }),
    };
  }

  /** All faults, several at a time: most of them are waiting. */
  async rows(faults = FAULTS): Promise<Row[]> {
    const rows: Row[] = [];
    const waiting = faults.map((fault, i) => async () => {
      rows[i] = await this.#row(fault);
    });
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await next();
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    return rows;
  }

  async #row(fault: FaultCase): Promise<Row> {
    const { proxy, start, ask } = await this.instance(fault.name, fault.hedgeMs);
    const struck = async (outcome: RouteRequest['outcome']) => {
      await fault.arm(proxy);
      return ask(outcome);
    };
    const heal = async () => {
      proxy.fault = undefined;
      await proxy.listen();
    };
    try {
      await fault.arm(proxy);
      await start();
      const cold = {
        busy: await struck(OUTCOMES.busy),
        toUser: await struck(OUTCOMES.toUser),
        toNumber: await struck(OUTCOMES.toNumber),
      };
      await heal();
      await ask(OUTCOMES.busy);
      const before = proxy.count;
      const warm = await struck(OUTCOMES.busy);
      const reads = proxy.count - before;
      await heal();
      return { fault, cold, warm, reads, after: await ask(OUTCOMES.busy) };
    } finally {
      await proxy.refuse();
    }
  }
}

/** The rows as a table in Markdown. */
export function printTable(rows: readonly Row[]): string {
  const cells = rows.map(({ fault, cold, warm, reads, after }) => [
    fault.name,
    warm.line.cause ?? '',
    String(reads),
    ...[cold.busy, cold.toUser, cold.toNumber, warm, after].map(said),
  ]);
  const head = [
    ['what happens to reads', 'cause in the log', 'requests'],
    ['never read: busy', 'own 302 to a user', 'own 302 to a number'],
    ['read before: busy', 'afterwards: busy'],
  ].flat();
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...cells.map(line)].join('\n');
}

/** `redirect`, `*continue*`, `*reject 480*`; in italics where it is degraded. */
function said({ answer }: Answered): string {
  const text = answer.action === 'reject' ? `reject ${answer.status}` : answer.action;
  return answer.degraded ? `*${text}*` : text;
}
