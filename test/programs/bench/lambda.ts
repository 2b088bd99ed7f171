import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Quota, shareOf } from '../lambda/quota.ts';
import { LambdaWorld } from '../lambda/world.ts';
import { buildPeers } from './peers.ts';
import { fixed, median, type Part } from './result.ts';
import { eventFor } from './world.ts';

const MEMORY = 512;
/** Longer than any connection is trusted, shorter than anything is cached. */
const FROZEN_MS = 5_000;
const WARM_CALLS = 20;

/** Milliseconds of one instance's life. */
interface Life {
  /** The init phase, and the first call after it. */
  readonly init: number;
  readonly first: number;
  readonly warm: number;
  /** The first call after a freeze. */
  readonly thawed: number;
}

/**
 * Instances under Lambda's own runtime client, with TLS to the table and the processor's share of
 * 512 MB: ours, and a bare GetItem by the SDK as esbuild's documentation bundles it, in turns.
 */
export async function benchLambda(starts = 7): Promise<Part> {
  const quota = Quota.of(shareOf(MEMORY));
  const folder = mkdtempSync(join(tmpdir(), 'divert-bench-'));
  const world = await LambdaWorld.start();
  try {
    const { getItemDefaults } = await buildPeers();
    mkdirSync(join(folder, 'dist/bare'), { recursive: true });
    cpSync(getItemDefaults, join(folder, 'dist/bare/index.cjs'));
    world.add('bare', folder);
    const own: Life[] = [];
    const bare: Life[] = [];
    for (let start = 0; start < starts; start++) {
      own.push(await live(world, 'route', quota));
      bare.push(await live(world, 'bare', quota));
    }
    const mid = (lives: readonly Life[], of: (life: Life) => number): number =>
      median(lives.map(of));
    const cold = ({ init, first }: Life): number => init + first;
    const thaw = ({ thawed, warm }: Life): number => thawed / warm;
    const told = (lives: readonly Life[]): string =>
      `${fixed(
        mid(lives, (l) => l.init),
        0,
      )} ms start + ${fixed(
        mid(lives, (l) => l.first),
        0,
      )} first call`;
    const thawTold = (lives: readonly Life[]): string =>
      `${fixed(mid(lives, thaw))} (${fixed(
        mid(lives, (l) => l.thawed),
        1,
      )} over ${fixed(
        mid(lives, (l) => l.warm),
        1,
      )} ms)`;
    return {
      results: [
        {
          name: 'lambda-cold',
          ratio: mid(own, cold) / mid(bare, cold),
          op: '<=',
          aim: 0.6,
          method: `init and first call under Lambda's runtime client ${quota ? `at ${MEMORY} MB` : 'with a whole processor'} over the same of a GetItem handler with esbuild's defaults, ${starts} instances each, in turns`,
        },
      ],
      notes: [
        `ours ${told(own)}; GetItem ${told(bare)}`,
        `thaw, the first call after ${FROZEN_MS / 1000} s of freeze over a warm one: ours ${thawTold(own)}, GetItem ${thawTold(bare)}; GetItem trusts the connection that it has, here a healthy one`,
        ...(quota
          ? []
          : ['no control group of its own could be made (version 1, as root): no quota']),
      ],
    };
  } finally {
    await world.stop();
    quota?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function live(world: LambdaWorld, name: string, quota: Quota | undefined): Promise<Life> {
  const { instance, stop } = await world.instance(name, { quota });
  try {
    const call = async (i: number): Promise<number> => {
      const { result, milliseconds } = await instance.invoke(eventFor('bob', i));
      if (result.statusCode !== 200) throw new Error(`not answered: ${JSON.stringify(result)}`);
      return milliseconds;
    };
    const first = await call(0);
    const warm: number[] = [];
    for (let i = 1; i <= WARM_CALLS; i++) warm.push(await call(i));
    instance.freeze();
    await sleep(FROZEN_MS);
    const thawed = await call(WARM_CALLS + 1);
    return { init: instance.initMs, first, warm: median(warm), thawed };
  } finally {
    await stop();
  }
}
