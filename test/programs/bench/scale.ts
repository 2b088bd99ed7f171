import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HandlerProcess } from './process.ts';
import { fixed, median, type Part } from './result.ts';
import { seededUser, seedSubscribers } from './seed.ts';
import { startWorld, type World } from './world.ts';

const ROUTE = fileURLToPath(new URL('../../../dist/route/index.mjs', import.meta.url));
const SIZES = [1_000, 100_000, 1_000_000];
const BATCH = 100;
const ROUNDS = 40;

interface Site {
  readonly size: number;
  readonly world: World;
  readonly handler: HandlerProcess;
  readonly times: number[];
}

/** The same decision for a random one of a thousand and of a million subscribers, in turns. */
export async function benchScale(): Promise<Part> {
  const folder = mkdtempSync(join(tmpdir(), 'divert-bench-'));
  const sites: Site[] = [];
  try {
    for (const size of SIZES) {
      const data = join(folder, String(size));
      const world = await startWorld(data);
      await world.stop();
      seedSubscribers(join(data, 'dynamodb.sqlite'), world.table.name, size);
      const started = await startWorld(data);
      const handler = new HandlerProcess(ROUTE, started);
      sites.push({ size, world: started, handler, times: [] });
      await handler.init;
      await handler.calls(3 * BATCH, randomUsers(size));
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const { handler, size, times } of sites) {
        times.push(...(await handler.calls(BATCH, randomUsers(size))).calls);
      }
    }
    const p50 = sites.map(({ times }) => median(times));
    const largest = join(folder, String(SIZES.at(-1)), 'dynamodb.sqlite');
    return {
      results: [
        {
          name: 'scale',
          ratio: (p50.at(-1) ?? Number.NaN) / (p50[0] ?? Number.NaN),
          op: '<=',
          aim: 1.05,
          method: `median time of a decision for a random one of 1,000,000 subscribers over one of 1,000, ${ROUNDS * BATCH} of each in turns`,
        },
      ],
      notes: [
        sites.map(({ size }, i) => `${size}: p50 ${fixed(p50[i] ?? 0, 3)} ms`).join('; '),
        `the table of a million on disk: ${fixed(statSync(largest).size / 2 ** 30, 1)} GiB`,
      ],
    };
  } finally {
    for (const { handler, world } of sites) {
      handler.stop();
      await world.stop();
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function randomUsers(size: number): string[] {
  return Array.from({ length: BATCH }, () => seededUser(Math.floor(Math.random() * size)));
}
