import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { costNotes, readUnits } from './cost.ts';
import { lineNote } from './line.ts';
import { buildPeers } from './peers.ts';
import { HandlerProcess } from './process.ts';
import { fixed, median, type Part, quantile } from './result.ts';
import { startWorld, type World } from './world.ts';

const ROUTE = fileURLToPath(new URL('../../../dist/route/index.mjs', import.meta.url));
const BATCH = 100;
/** Calls after which a handler counts as warm. */
const WARM_UP = 300;

/** Calls handlers in turns, a batch each; answers every call's time and the processor time per call. */
async function inTurns(
  world: World,
  modules: readonly string[],
  rounds: number,
): Promise<{ times: number[]; cpu: number[]; rss: number[] }[]> {
  const handlers = modules.map((module) => new HandlerProcess(module, world));
  try {
    for (const handler of handlers) {
      await handler.init;
      await handler.calls(WARM_UP);
    }
    const all = handlers.map(() => ({
      times: [] as number[],
      cpu: [] as number[],
      rss: [] as number[],
    }));
    for (let round = 0; round < rounds; round++) {
      for (const [i, handler] of handlers.entries()) {
        const { calls, cpu, rss } = await handler.calls(BATCH);
        all[i]?.times.push(...calls);
        all[i]?.cpu.push(cpu / BATCH);
        all[i]?.rss.push(rss);
      }
    }
    return all;
  } finally {
    for (const handler of handlers) handler.stop();
  }
}

/** The deployed bundle's handler, warm and cold, on the embedded database. */
export async function benchHandler(rounds = 40, starts = 15): Promise<Part> {
  const peers = await buildPeers();
  const world = await startWorld();
  try {
    const [own, floor, usual] = await inTurns(
      world,
      [ROUTE, peers.getItem, peers.usualStack],
      rounds,
    );
    if (!own || !floor || !usual) throw new Error('nothing measured');
    const cold = await coldStarts(world, [ROUTE, peers.getItemDefaults, peers.usualStack], starts);
    const [ourCold, floorCold, usualCold] = cold;
    if (!ourCold || !floorCold || !usualCold) throw new Error('nothing measured');
    const warm = median(own.times);
    const bytes = statSync(ROUTE).size;
    const cost = costNotes(await readUnits(world), warm);
    const p = (times: number[]): string =>
      `p50 ${fixed(median(times), 3)} ms, p99 ${fixed(quantile(times, 0.99), 3)} ms`;
    return {
      results: [
        {
          name: 'warm-p50',
          ratio: warm / median(floor.times),
          op: '<=',
          aim: 0.6,
          method: `median time of a decision over a bare GetItem of the same item, ${own.times.length} of each in turns of ${BATCH}`,
        },
        {
          name: 'warm-cpu',
          ratio: median(own.cpu) / median(floor.cpu),
          op: '<=',
          aim: 0.55,
          method: 'processor time of the same calls',
        },
        {
          name: 'usual-stack-cpu',
          ratio: median(usual.cpu) / median(own.cpu),
          op: '>=',
          aim: 2,
          method: 'processor time of middy, zod, lib-dynamodb and powertools over ours',
        },
        {
          name: 'cold',
          ratio: median(ourCold.total) / median(floorCold.total),
          op: '<=',
          aim: 0.8,
          method: `module start and first call over a GetItem handler with esbuild's defaults, ${starts} fresh processes each, in turns`,
        },
        {
          name: 'first-decision',
          ratio: median(ourCold.first) / median(floorCold.first),
          op: '<=',
          aim: 0.3,
          method: `first decision after the start over the GetItem handler's own first call, ${starts} fresh processes each, in turns`,
        },
        {
          name: 'bundle',
          ratio: bytes / 1024 / 230,
          op: '<=',
          aim: 1,
          method: `${fixed(bytes / 1024, 0)} KiB minified over 230 KiB`,
        },
      ],
      notes: [
        `warm: ours ${p(own.times)}; GetItem ${p(floor.times)}; usual stack ${p(usual.times)}`,
        `processor time per call: ours ${fixed(median(own.cpu), 3)} ms, GetItem ${fixed(median(floor.cpu), 3)} ms, usual stack ${fixed(median(usual.cpu), 3)} ms`,
        lineNote(median(own.cpu)),
        `cold: ours ${fixed(median(ourCold.init), 0)} ms start + ${fixed(median(ourCold.first), 1)} ms first call; GetItem ${fixed(median(floorCold.init), 0)} + ${fixed(median(floorCold.first), 1)}; usual stack ${fixed(median(usualCold.init), 0)} + ${fixed(median(usualCold.first), 1)}`,
        `first call over a warm one: ours ${fixed(median(ourCold.firstToWarm))}, GetItem ${fixed(median(floorCold.firstToWarm))}, usual stack ${fixed(median(usualCold.firstToWarm))}`,
        `memory of the handler's process after ${own.times.length} calls: ${fixed(Math.max(...own.rss), 0)} MB`,
        ...cost,
      ],
    };
  } finally {
    await world.stop();
  }
}

async function coldStarts(
  world: World,
  modules: readonly string[],
  starts: number,
): Promise<{ init: number[]; first: number[]; total: number[]; firstToWarm: number[] }[]> {
  const all = modules.map(() => ({
    init: [] as number[],
    first: [] as number[],
    total: [] as number[],
    firstToWarm: [] as number[],
  }));
  for (let start = 0; start < starts; start++) {
    for (const [i, module] of modules.entries()) {
      const handler = new HandlerProcess(module, world);
      const init = await handler.init;
      const first = (await handler.calls(1)).calls[0] ?? Number.NaN;
      await handler.calls(WARM_UP - 1);
      const warm = median((await handler.calls(BATCH)).calls);
      handler.stop();
      all[i]?.init.push(init);
      all[i]?.first.push(first);
      all[i]?.total.push(init + first);
      all[i]?.firstToWarm.push(first / warm);
    }
  }
  return all;
}
