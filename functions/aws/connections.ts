import { Connection, type Place } from './connection.ts';
import type { RawResponse } from './response-reader.ts';

/**
 * For how long an idle connection is trusted. Between two calls Lambda freezes an instance, for
 * minutes or hours; what becomes of its connections meanwhile (closed, forgotten, dropped in
 * silence by something on the way) is seen only when they are used, and in the last case only by
 * waiting. A new one costs some 15 ms; an old one may cost the call.
 */
const TRUSTED_MS = 1_000;

/** Most connections at once; further requests wait for one. */
const MOST = 50;

export interface ExchangeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Never over a connection that was used before. */
  readonly fresh?: boolean | undefined;
}

/** Connections to one server, kept open and used again as long as they can be trusted. */
export class Connections {
  readonly #place: Place;
  /** What is idle, longest first. */
  #idle: Connection[] = [];
  #open = 0;
  readonly #queue: (() => void)[] = [];

  constructor(url: URL) {
    this.#place = { url };
  }

  /**
   * Sends a request over a trusted connection or a new one.
   *
   * @param text the whole request
   * @throws see `Connection.exchange`
   */
  async exchange(text: string, { signal, fresh = false }: ExchangeOptions): Promise<RawResponse> {
    let connection = this.#take(fresh);
    while (connection === undefined) {
      await new Promise<void>((next) => this.#queue.push(next));
      connection = this.#take(fresh);
    }
    try {
      signal?.throwIfAborted();
      return await connection.exchange(text, signal);
    } finally {
      if (connection.isOpen) this.#idle.push(connection);
      this.#queue.shift()?.();
    }
  }

  /** @returns undefined where there are too many */
  #take(fresh: boolean): Connection | undefined {
    const now = { wall: Date.now(), steady: performance.now() };
    const idle = this.#idle;
    this.#idle = [];
    for (const connection of idle) {
      if (!fresh && connection.isOpen && isTrusted(connection, now)) this.#idle.push(connection);
      else connection.destroy();
    }
    const trusted = this.#idle.shift();
    if (trusted !== undefined || this.#open >= MOST) return trusted;
    this.#open++;
    return new Connection(this.#place, (closed) => {
      this.#open--;
      this.#idle = this.#idle.filter((connection) => connection !== closed);
      this.#queue.shift()?.();
    });
  }
}

function isTrusted({ lived }: Connection, now: { wall: number; steady: number }): boolean {
  return (
    lived !== undefined &&
    Math.abs(now.wall - lived.wall) < TRUSTED_MS &&
    now.steady - lived.steady < TRUSTED_MS
  );
}
