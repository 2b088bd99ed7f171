import type { Log } from './log.ts';

/** A call that comes later than this after an instance was ready did not wait for its start. */
const WAITED_MS = 1_000;

/** The log of an instance, and when it became ready. */
export interface InitTime {
  readonly log: Log;
  /** The init phase is over. @param initMs how long it took, from the start of the process */
  ready(initMs: number): void;
}

/**
 * The same log, in which the first decision of an instance tells how long its init phase took: but
 * where no call waited for that, since the instance was started ahead of calls.
 *
 * @param now milliseconds since the epoch
 */
export function tellingInit(log: Log, now: () => number): InitTime {
  let init: { readonly ms: number; readonly readyAt: number } | undefined;
  return {
    log(line) {
      if (init === undefined || line.event !== 'decision') return log(line);
      const { ms, readyAt } = init;
      init = undefined;
      // The clock may have been set meanwhile: Lambda's does so when it thaws an instance.
      const waited = Math.abs(now() - line.durationMs - readyAt) < WAITED_MS;
      log(waited ? { ...line, initMs: ms } : line);
    },
    ready(ms) {
      init = { ms, readyAt: now() };
    },
  };
}
