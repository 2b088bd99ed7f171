import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';

/** Of a processor, at so many megabytes: Lambda gives a whole one at 1,769 MB. */
export const shareOf = (megabytes: number): number => megabytes / 1769;

const FOLDER = `/sys/fs/cgroup/cpu/divert-${process.pid}`;
const PERIOD_US = 20_000;

/** A share of a processor for processes, by a control group (version 1, as root). */
export class Quota {
  private constructor() {}

  /** Undefined where the machine does not allow it. */
  static of(share: number): Quota | undefined {
    try {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(`${FOLDER}/cpu.cfs_period_us`, String(PERIOD_US));
      writeFileSync(`${FOLDER}/cpu.cfs_quota_us`, String(Math.round(PERIOD_US * share)));
      return new Quota();
    } catch {
      return undefined;
    }
  }

  /** Where a process that starts writes its number. */
  get file(): string {
    return `${FOLDER}/cgroup.procs`;
  }

  /** When no process is in it any more. */
  remove(): void {
    try {
      rmdirSync(FOLDER);
    } catch {
      // A process is on its way out; the group is empty and harmless.
    }
  }
}
