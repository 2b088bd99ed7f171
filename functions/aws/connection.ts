import type { Buffer } from 'node:buffer';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type RawResponse, ResponseReader } from './response-reader.ts';
import { type Moment, thisMoment } from './trust.ts';

/** What a request waits for. */
interface Waiting {
  readonly reader: ResponseReader;
  readonly asked: Moment;
  resolve(response: RawResponse): void;
  reject(error: unknown): void;
}

/** Where a connection leads, and what the last one to there has left for the next. */
export interface Place {
  readonly url: URL;
  /** To go on where a TLS session ended: saves a part of the next handshake. */
  session?: Buffer | undefined;
}

/** One connection, over which one request is sent after the other. */
export class Connection {
  /** When what came last had been asked for: so far it is known to have lived. */
  lived: Moment | undefined;
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #error: unknown;

  /** @param closed is called once, when it is of no more use */
  constructor(place: Place, closed: (connection: Connection) => void) {
    this.#socket = open(place)
      .setNoDelay(true)
      .on('data', (bytes) => this.#read(bytes))
      .on('end', () => this.#end())
      .on('error', (error) => {
        this.#error = error;
        place.session = undefined;
      })
      .on('close', () => {
        this.#waiting?.reject(this.#error ?? new Closed());
        closed(this);
      });
  }

  /** Whether it was not closed, as far as is known. */
  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.readable;
  }

  /**
   * Sends a request while no other waits.
   *
   * @param text the whole of it
   * @throws {NoResponse}, a socket's error, or the signal's reason, and is closed then
   */
  exchange(text: string, signal?: AbortSignal): Promise<RawResponse> {
    const abort = () => this.destroy(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    return new Promise((resolve, reject) => {
      const asked = thisMoment();
      const ended = () => {
        this.#waiting = undefined;
        signal?.removeEventListener('abort', abort);
      };
      this.#waiting = {
        reader: new ResponseReader(),
        asked,
        resolve: (response) => {
          ended();
          resolve(response);
        },
        reject: (error) => {
          ended();
          reject(error);
        },
      };
      this.#socket.ref();
      this.#socket.write(text);
    });
  }

  /** @param error what the request that waits is told */
  destroy(error?: unknown): void {
    this.#error ??= error;
    this.#waiting?.reject(this.#error ?? new Closed());
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    // Nothing was asked: a server says so why it closes, if anything.
    if (this.#waiting === undefined) {
      this.destroy();
      return;
    }
    try {
      const response = this.#waiting.reader.push(bytes);
      if (response !== undefined) this.#answered(response);
    } catch (error) {
      this.destroy(error);
    }
  }

  #end(): void {
    const response = this.#waiting?.reader.end();
    if (response !== undefined) this.#answered(response);
    this.destroy();
  }

  #answered(response: RawResponse): void {
    this.lived = this.#waiting?.asked;
    // An idle connection keeps no process running.
    this.#socket.unref();
    this.#waiting?.resolve(response);
    if (!response.keepAlive) this.destroy();
  }
}

/** Closed before the answer came; under the code that sockets use for it. */
class Closed extends Error {
  override readonly name = 'Closed';
  readonly code = 'ECONNRESET';

  constructor() {
    super('the connection was closed before the answer came');
  }
}

function open(place: Place): Socket {
  const { protocol, hostname, port } = place.url;
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return connect({ host, port: Number(port || 80) });
  const { session } = place;
  const options = { host, port: Number(port || 443), ...(session && { session }) };
  return connectTls({ ...options, servername: nameOf(host), ALPNProtocols: ['http/1.1'] }).on(
    'session',
    (ticket) => {
      place.session = ticket;
    },
  );
}

/** RFC 6066 §3: an address is no name that a server is asked for. */
const nameOf = (host: string): string => (/^[\d.]+$|:/.test(host) ? '' : host);
