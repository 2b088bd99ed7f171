import type { ReadOptions } from '../store/get-item.ts';

/** The deadline of a decision passed before the store had answered. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** Why a connection failed before DynamoDB could answer, or DynamoDB's own 5xx. */
const CONNECTION_ERRORS = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT']);

type Attempt<T> = (how: ReadOptions) => Promise<T>;

/**
 * The store reads of one decision: one deadline over all of them, and one spare attempt between
 * them, for a retry or a hedge, over a new connection: what made the first fail or wait may be its
 * connection (aws-sdk-js-v3 #1196). Throttling is never retried, since that would add to it.
 */
export class ReadBudget {
  readonly #deadlineMs: number;
  readonly #hedgeMs: number;
  readonly #controller = new AbortController();
  #spare = true;
  #underWay = 0;
  #since = 0;
  #storeMs = 0;

  /**
   * @param deadlineMs for all of the decision.
   * @param hedgeMs after how long a read that has no answer is sent a second time; 0: never.
   */
  constructor(deadlineMs: number, hedgeMs = 0) {
    this.#deadlineMs = deadlineMs;
    this.#hedgeMs = hedgeMs;
  }

  /** Milliseconds during which at least one read was under way. */
  get storeMs(): number {
    return this.#underWay > 0 ? this.#storeMs + performance.now() - this.#since : this.#storeMs;
  }

  /**
   * Does `work`, which calls `read`, and rejects with {@link DeadlinePassed} when it takes longer
   * than the deadline, whatever the reads then do.
   */
  within<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new DeadlinePassed(`No rules within ${this.#deadlineMs} ms`));
        this.#controller.abort();
      }, this.#deadlineMs);
      work()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          // The loser of a hedge, or the other reads of one that failed.
          if (this.#underWay > 0) this.#controller.abort();
        });
    });
  }

  /** One read, with the spare attempt if it needs it and no other read had it. */
  async read<T>(attempt: Attempt<T>): Promise<T> {
    if (this.#hedgeMs > 0) return this.#hedged(attempt);
    try {
      return await this.#once(attempt);
    } catch (error) {
      if (!this.#takeSpare(error)) throw error;
      return this.#once(attempt, true);
    }
  }

  async #once<T>(attempt: Attempt<T>, fresh = false): Promise<T> {
    if (this.#underWay++ === 0) this.#since = performance.now();
    try {
      return await attempt({ signal: this.#controller.signal, fresh });
    } finally {
      if (--this.#underWay === 0) this.#storeMs += performance.now() - this.#since;
    }
  }

  #hedged<T>(attempt: Attempt<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let pending = 0;
      const send = (fresh: boolean) => {
        pending++;
        this.#once(attempt, fresh).then(
          (value) => {
            clearTimeout(timer);
            resolve(value);
          },
          (error) => {
            if (this.#takeSpare(error)) send(true);
            if (--pending === 0) {
              clearTimeout(timer);
              reject(error);
            }
          },
        );
      };
      const timer = setTimeout(() => {
        if (!this.#spare) return;
        this.#spare = false;
        send(true);
      }, this.#hedgeMs);
      send(false);
    });
  }

  #takeSpare(error: unknown): boolean {
    if (!this.#spare || this.#controller.signal.aborted || !isConnectionError(error)) return false;
    this.#spare = false;
    return true;
  }
}

function isConnectionError(error: unknown): boolean {
  const { code, $fault } = error as { code?: string; $fault?: string };
  return $fault === 'server' || (code !== undefined && CONNECTION_ERRORS.has(code));
}
