/**
 * One handler in a process of its own, as in a Lambda: told by its parent which module to load and
 * how often to call it, it answers with times. Its log lines go where its standard output goes.
 */
import { eventFor } from './world.ts';

interface Job {
  readonly module: string;
}
export interface Batch {
  readonly calls: number;
  /** Called one after the other; default: bob. */
  readonly users?: readonly string[];
}
export interface Times {
  /** Milliseconds of each call. */
  readonly calls: number[];
  /** Milliseconds of processor time of them all. */
  readonly cpu: number;
  /** Megabytes of memory after them. */
  readonly rss: number;
}

const { module }: Job = JSON.parse(process.argv[2] ?? '{}');
const begin = performance.now();
const { handler } = await import(module);
const init = performance.now() - begin;
process.send?.({ init });

process.on('message', async ({ calls, users = ['bob'] }: Batch) => {
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (let i = 0; i < calls; i++) {
    const event = eventFor(users[i % users.length] ?? 'bob', i);
    const start = performance.now();
    const answer = await handler(event);
    // Lambda's runtime takes this turn before it posts the answer: what a handler leaves for it counts.
    await new Promise(setImmediate);
    times.push(performance.now() - start);
    if (answer?.statusCode !== 200) throw new Error(`not answered: ${JSON.stringify(answer)}`);
  }
  const { user, system } = process.cpuUsage(cpu);
  const rss = process.memoryUsage.rss() / 2 ** 20;
  process.send?.({ calls: times, cpu: (user + system) / 1000, rss } satisfies Times);
});
process.on('disconnect', () => process.exit(0));
