import { setTimeout as sleep } from 'node:timers/promises';
import { eventFor } from '../bench/world.ts';
import type { Fate } from './tls-proxy.ts';
import { type Decided, decided, type LambdaWorld, said } from './world.ts';

export const FATES: readonly Fate[] = ['healthy', 'FIN', 'RST', 'silence'];

/** What an instance decided after it was frozen. */
export interface FreezeRow {
  readonly fate: Fate;
  /** Whether the rules of the user who is called had been read before. */
  readonly readBefore: boolean;
  /** Connections that were open when it was frozen. */
  readonly connections: number;
  /** The three calls after the thaw. */
  readonly calls: readonly Decided[];
  /** A call while it was warm. */
  readonly warmMs: number;
}

export interface FreezeOptions {
  readonly frozenMs: number;
  /** Added to what is deployed. */
  readonly env?: Record<string, string>;
}

/** All rows. */
export async function freezeTable(
  world: LambdaWorld,
  options: FreezeOptions,
): Promise<FreezeRow[]> {
  const rows = FATES.flatMap((fate) =>
    [true, false].flatMap((readBefore) =>
      [1, 2].map((connections) => ({ fate, readBefore, connections })),
    ),
  );
  let turn: Promise<unknown> = Promise.resolve();
  // Instances stand still together, but only one at a time runs: as if each had its own machine.
  const alone: Alone = (work) => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };
  return Promise.all(rows.map((row) => freezeRow(world, row, options, alone)));
}

type Alone = <T>(work: () => Promise<T>) => Promise<T>;

async function freezeRow(
  world: LambdaWorld,
  row: Pick<FreezeRow, 'fate' | 'readBefore' | 'connections'>,
  { frozenMs, env = {} }: FreezeOptions,
  alone: Alone,
): Promise<FreezeRow> {
  let started: Awaited<ReturnType<LambdaWorld['instance']>> | undefined;
  try {
    const warmMs = await alone(async () => {
      started = await world.instance('route', { env });
      const { instance, proxy } = started;
      let warm = 0;
      for (let i = 0; i < 3; i++) warm = (await instance.invoke(eventFor('bob', i))).milliseconds;
      proxy.keep(row.connections);
      while (proxy.open > row.connections) await sleep(5);
      instance.freeze();
      return warm;
    });
    await sleep(frozenMs);
    const calls = await alone(async () => {
      const { instance, proxy } = started as NonNullable<typeof started>;
      proxy.strike(row.fate);
      const user = row.readBefore ? 'bob' : 'dave';
      const all: Decided[] = [];
      for (let i = 3; i < 6; i++) all.push(decided(await instance.invoke(eventFor(user, i))));
      return all;
    });
    return { ...row, calls, warmMs };
  } finally {
    await started?.stop();
  }
}

/** The rows in Markdown. */
export function printFreeze(rows: readonly FreezeRow[]): string {
  const head = ['connections', 'open', 'user read before', 'call 1', 'call 2', 'call 3'];
  const cells = rows.map(({ fate, connections, readBefore, calls }) => [
    fate,
    String(connections),
    readBefore ? 'yes' : 'no',
    ...calls.map(said),
  ]);
  return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
