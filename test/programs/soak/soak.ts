import { mixed } from './calls.ts';
import type { Gateway } from './gateway.ts';
import type { Usage } from './gateway-process.ts';

export interface Sample extends Usage {
  /** Calls so far. */
  readonly calls: number;
  /** Milliseconds of the calls since the sample before, as the caller sees them. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of each of them, milliseconds. */
  readonly cpuEach: number;
}

/** Calls that were not answered as they should. */
export interface Soak {
  readonly samples: readonly Sample[];
  readonly wrong: readonly string[];
}

const AT_ONCE = 8;

/** So many mixed calls, eight at a time, with samples between them. */
export async function soak(
  gateway: Gateway,
  calls: number,
  sampleCount: number,
  onSample: (sample: Sample) => void = () => {},
): Promise<Soak> {
  const samples: Sample[] = [];
  const wrong: string[] = [];
  let next = 0;
  let before = await gateway.usage();
  for (let i = 1; i <= sampleCount; i++) {
    const from = next;
    const until = Math.round((calls * i) / sampleCount);
    const times: number[] = [];
    const worker = async () => {
      while (next < until) {
        const n = next++;
        const { name, asked, statuses, action } = mixed(n);
        const began = performance.now();
        const { status, body } = await gateway.send(asked(n));
        times.push(performance.now() - began);
        const right = statuses.includes(status) && (!action || JSON.parse(body).action === action);
        if (!right) wrong.push(`${name}: ${status} ${body.slice(0, 200)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const usage = await gateway.usage();
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
    const cpuEach = (usage.cpu - before.cpu) / 1_000 / (until - from);
    samples.push({ ...usage, calls: until, p50: at(0.5), p99: at(0.99), cpuEach });
    onSample(samples.at(-1) as Sample);
    before = usage;
  }
  return { samples, wrong };
}

/** What may grow between the first and the last third, and by how much: a factor and a rest. */
const BOUNDS = {
  heap: [1.05, 2 << 20],
  rss: [1.15, 16 << 20],
  handles: [1, 4],
  cpuEach: [1.5, 0.2],
} as const;

/** What grew, in words; the first quarter is left out, in which caches fill. */
export function growth(samples: readonly Sample[]): string[] {
  const steady = samples.slice(Math.ceil(samples.length / 4));
  const third = Math.ceil(steady.length / 3);
  const grown: string[] = [];
  for (const [name, [factor, rest]] of Object.entries(BOUNDS)) {
    const median = (some: readonly Sample[]) =>
      some.map((one) => one[name as keyof typeof BOUNDS]).sort((a, b) => a - b)[
        Math.floor(some.length / 2)
      ] ?? 0;
    const [first, last] = [median(steady.slice(0, third)), median(steady.slice(-third))];
    if (last > first * factor + rest) grown.push(`${name} grew from ${first} to ${last}`);
  }
  return grown;
}
