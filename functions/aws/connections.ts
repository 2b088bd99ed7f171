import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Not imported: an import of these modules touches every export of theirs, and one of them loads
 * all of fetch, which is a fifth of a cold start.
 */
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

/**
 * For how long an idle connection is trusted. Between two calls Lambda freezes an instance, for
 * minutes or hours; what becomes of its connections meanwhile (closed, forgotten, dropped in
 * silence by something on the way) is seen only when they are used, and in the last case only by
 * waiting. A new one costs some 15 ms; an old one may cost the call.
 */
const TRUSTED_MS = 1_000;

/** A moment by both clocks: one of them may stand still in a freeze, the other may be set. */
interface Moment {
  readonly wall: number;
  readonly steady: number;
}

/** Connections to one server, kept open and used again as long as they can be trusted. */
export class Connections {
  readonly #url: URL;
  readonly #agent: InstanceType<typeof http.Agent>;
  readonly #request: typeof http.request;
  /** When what came last over a connection had been asked for: so far it is known to have lived. */
  readonly #lived = new WeakMap<Socket, Moment>();

  constructor(url: URL) {
    this.#url = url;
    const { Agent, request } = url.protocol === 'https:' ? https : http;
    // fifo: the agent passes over a closed one only at the head of its list.
    this.#agent = new Agent({ keepAlive: true, maxSockets: 50, scheduling: 'fifo' });
    this.#request = request;
  }

  /**
   * Sends a request over a trusted connection or a new one.
   *
   * @param fresh never over one that was used before
   */
  request(
    { fresh = false, ...options }: RequestOptions & { readonly fresh?: boolean },
    answered: (response: IncomingMessage) => void,
  ): ClientRequest {
    const now: Moment = { wall: Date.now(), steady: performance.now() };
    for (const idle of Object.values(this.#agent.freeSockets)) {
      for (const socket of [...(idle ?? [])]) {
        if (fresh || !this.#isTrusted(socket, now)) socket.destroy();
      }
    }
    const { protocol, hostname, port } = this.#url;
    const request = this.#request({
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      agent: this.#agent,
      ...options,
    });
    let socket: Socket | undefined;
    request.once('socket', (used) => {
      socket = used;
    });
    return request.once('response', (response) => {
      if (socket) this.#lived.set(socket, now);
      answered(response);
    });
  }

  #isTrusted(socket: Socket, now: Moment): boolean {
    const lived = this.#lived.get(socket);
    return (
      lived !== undefined &&
      Math.abs(now.wall - lived.wall) < TRUSTED_MS &&
      now.steady - lived.steady < TRUSTED_MS
    );
  }
}
