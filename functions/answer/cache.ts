/** A value, and when it was read from the store. */
export interface Entry<T> {
  readonly value: T;
  /** Milliseconds since the epoch at which the read began. */
  readonly readAt: number;
  readonly bytes: number;
}

/** For how long last known rules stand in for a store that does not answer: 15 minutes. */
const LAST_KNOWN_MS = 15 * 60_000;

/**
 * What was read, bounded in count and bytes. How old is too old is the reader's to say, up to 15
 * minutes, after which an entry is gone. The one that was read longest ago makes room first, so
 * that the order of insertion is all the bookkeeping there is.
 */
export class Cache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxEntries: number, maxBytes = Number.POSITIVE_INFINITY) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What was last read, if that is less than `maxAge` ago. A clock set back makes it old. */
  get(key: string, now: number, maxAge = LAST_KNOWN_MS): Entry<T> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const age = now - entry.readAt;
    return age >= 0 && age < Math.min(maxAge, LAST_KNOWN_MS) ? entry : undefined;
  }

  set(key: string, value: T, readAt: number, bytes = 0): void {
    this.delete(key);
    this.#entries.set(key, { value, readAt, bytes });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      const fits = this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes;
      if (fits && readAt - entry.readAt < LAST_KNOWN_MS) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

/** How many absences are kept. */
const MAX_ABSENT = 1_000;

/**
 * A cache that also keeps what is *not* in the store, in a room of its own: no flood of made-up
 * names or keys drives out what is real.
 */
export class Known<T extends object> {
  readonly #present: Cache<T>;
  readonly #absent = new Cache<undefined>(MAX_ABSENT);

  /** @param maxBytes of all values as JSON text. */
  constructor(maxEntries: number, maxBytes: number) {
    this.#present = new Cache(maxEntries, maxBytes);
  }

  get bytes(): number {
    return this.#present.bytes;
  }

  /** What was read less than `maxAge` ago, or less than `maxAbsentAge` ago where there was nothing. */
  get(
    key: string,
    now: number,
    maxAge?: number,
    maxAbsentAge = maxAge,
  ): Entry<T | undefined> | undefined {
    return this.#present.get(key, now, maxAge) ?? this.#absent.get(key, now, maxAbsentAge);
  }

  set(key: string, value: T | undefined, readAt: number): void {
    if (value === undefined) {
      this.#present.delete(key);
      this.#absent.set(key, undefined, readAt);
    } else {
      this.#absent.delete(key);
      this.#present.set(key, value, readAt, sizeOf(value, this.#present.get(key, readAt)));
    }
  }
}

/** As JSON text; what has the same version as before is not measured again. */
function sizeOf<T extends object>(value: T, before: Entry<T> | undefined): number {
  const version = 'version' in value ? value.version : undefined;
  if (before !== undefined && version !== undefined && 'version' in before.value) {
    if (before.value.version === version) return before.bytes;
  }
  return JSON.stringify(value).length;
}
