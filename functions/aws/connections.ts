import { Connection, type Place } from './connection.ts';
import type { RawResponse } from './response-reader.ts';
import { isTrusted, thisMoment } from './trust.ts';

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
    const now = thisMoment();
    const idle = this.#idle;
    this.#idle = [];
    for (const connection of idle) {
      if (!fresh && connection.isOpen && isTrusted(connection.lived, now))
        this.#idle.push(connection);
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
