/**
 * `npm run mutations`: changes one thing at a time in the deciding core and in the SIP grammar, and runs
 * their tests: each change must make one fail, unless it is in the list of those that change nothing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { optionsFrom } from '../options.ts';
import { EQUIVALENT } from './equivalent.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

const USAGE = `npm run mutations -- [options]
  --sample N    so many, by chance; default 200, 0: all of them (hours)
  --seed N      chooses the same ones again; default: any
  --files GLOB  of the sources; default functions/{decide,sip}/**/*.ts
  --at-once N   processes; default 2
  --patience S  seconds for one; a change that runs for longer counts as killed; default 180`;

const { sample, seed, files, ...rest } = optionsFrom(
  USAGE,
  { sample: 200, seed: Date.now() % 1_000_000, 'at-once': 2, patience: 180 },
  ['files'],
);
const AIM = 0.95;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Killed because it did not end, or died: on a busy machine perhaps for want of time. */
const BY_ITS_END = 'its end';

interface Verdict {
  readonly killed: boolean;
  readonly by?: string;
}

/** A process of its own, as a mutant may run for ever. */
class Runner {
  #child: ChildProcess | undefined;

  async #start(): Promise<ChildProcess> {
    const child = fork(new URL('./child.ts', import.meta.url), {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', () => reject(new Error('the tests cannot be started')));
    });
    return child;
  }

  async judge(mutant: Mutant | 'none'): Promise<Verdict> {
    const child = this.#child ?? (await this.#start());
    return new Promise((resolve) => {
      const over = (verdict: Verdict) => {
        clearTimeout(timer);
        child.off('exit', died);
        child.off('message', over);
        resolve(verdict);
      };
      const died = () => {
        this.#child = undefined;
        over({ killed: true, by: BY_ITS_END });
      };
      const timer = setTimeout(() => child.kill('SIGKILL'), rest.patience * 1000);
      child.once('exit', died);
      child.once('message', over);
      child.send(mutant);
    });
  }

  stop(): void {
    this.#child?.removeAllListeners('exit');
    this.#child?.kill('SIGKILL');
  }
}

/** Deterministic, from 0 to below 1 (mulberry32). */
function chance(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const told = ({ file, line, before, after }: Mutant): string =>
  `${relative(ROOT, file)}:${line} ${before} → ${after || '(nothing)'}`;

const all = globSync(files ?? 'functions/{decide,sip}/**/*.ts', { cwd: ROOT })
  .sort()
  .flatMap((file) => mutantsOf(ROOT + file));
const random = chance(seed);
const chosen =
  sample === 0 || sample >= all.length
    ? all
    : all
        .map((mutant) => [random(), mutant] as const)
        .sort(([a], [b]) => a - b)
        .slice(0, sample)
        .map(([, mutant]) => mutant);
console.log(`${chosen.length} of ${all.length} mutants, seed ${seed}`);

const runners = Array.from({ length: rest['at-once'] }, () => new Runner());
const survivors: Mutant[] = [];
const endless: Mutant[] = [];
let judged = 0;
try {
  const sound = await runners[0]?.judge('none');
  if (sound?.killed) throw new Error(`a test fails without any mutant: ${sound.by}`);
  const queue = [...chosen];
  await Promise.all(
    runners.map(async (runner) => {
      for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
        const { killed, by } = await runner.judge(mutant);
        judged++;
        if (by === BY_ITS_END) endless.push(mutant);
        if (killed) continue;
        survivors.push(mutant);
        console.log(`${judged}: lives ${told(mutant)}`);
      }
    }),
  );
} finally {
  for (const runner of runners) runner.stop();
}
for (const mutant of endless) console.log(`did not end: ${told(mutant)}`);
const isEquivalent = (mutant: Mutant) => EQUIVALENT.some(({ is }) => told(mutant).includes(is));
const living = survivors.filter((mutant) => !isEquivalent(mutant));
const share =
  (chosen.length - survivors.length) / (chosen.length - (survivors.length - living.length));
console.log(
  `${chosen.length - survivors.length} killed, ${survivors.length - living.length} change nothing, ${living.length} live: ${(100 * share).toFixed(1)} % (aim: ${100 * AIM} %)`,
);
if (share < AIM) process.exitCode = 1;
