import type { ReadParameter } from './parameter-store.ts';

/** From this age on a value is read again, beside the call that asks for it: 20 s. */
const REFRESH_MS = 20_000;
/** An older one, of an instance that was frozen for long, is not used without a try: 15 min. */
const STALE_MS = 15 * 60_000;
/** For how long a call waits for that. */
const WAIT_MS = 100;
/** A value that proved wrong is read again at once, but no more often than this: 5 s. */
const WRONG_MS = 5_000;
/** For one attempt. */
const READ_MS = 1_000;
/** A start is not held up for longer. */
const START_MS = 500;

/**
 * A secret of Parameter Store that calls need: read when an instance starts, since the processor
 * of an instance is slow once calls come, and again beside the calls. While it can't be read, the
 * last known one stands in.
 */
export class KeptParameter<T> {
  readonly #name: string;
  readonly #store: ReadParameter;
  readonly #parse: (text: string) => T;
  readonly #now: () => number;
  #last: { readonly value: T; readonly readAt: number } | undefined;
  #reading: Promise<T> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param parse makes of the text what is kept; of an empty one where there is no such parameter
   * @param now milliseconds since the epoch
   */
  constructor(name: string, store: ReadParameter, parse: (text: string) => T, now: () => number) {
    this.#name = name;
    this.#store = store;
    this.#parse = parse;
    this.#now = now;
  }

  /** Reads it in the init phase. Never fails, and takes at most 500 ms. */
  async start(): Promise<void> {
    await within(START_MS, this.#read()).catch(() => {});
  }

  /** @throws where it was never read and can't be */
  async value(): Promise<T> {
    const last = this.#last;
    if (last === undefined) return this.#read();
    const age = Math.abs(this.#now() - last.readAt);
    if (age < REFRESH_MS || this.#now() - this.#failedAt < WRONG_MS) return last.value;
    const read = this.#read();
    if (age >= STALE_MS) return within(WAIT_MS, read).catch(() => last.value);
    read.catch(() => {});
    return last.value;
  }

  /** Where the value proved wrong, since it may have been replaced: the newest there is. */
  async newer(): Promise<T> {
    const last = this.#last;
    if (last && Math.abs(this.#now() - last.readAt) < WRONG_MS) return last.value;
    if (last && this.#now() - this.#failedAt < WRONG_MS) return last.value;
    return this.#read().catch((error) => {
      if (last === undefined) throw error;
      return last.value;
    });
  }

  #read(): Promise<T> {
    this.#reading ??= this.#attempts().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #attempts(): Promise<T> {
    const readAt = this.#now();
    try {
      const text = await this.#attempt(false).catch(() => this.#attempt(true));
      const value = this.#parse(text ?? '');
      this.#last = { value, readAt };
      return value;
    } catch (error) {
      this.#failedAt = readAt;
      throw error;
    }
  }

  #attempt(fresh: boolean): Promise<string | undefined> {
    return this.#store(this.#name, { fresh, signal: AbortSignal.timeout(READ_MS) });
  }
}

/** Rejects where the work takes longer; it goes on. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
