import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import type { Network } from '../../functions/fetch/network.ts';
import { certificateOf } from './certificate.ts';

/** A public address that is nobody's here: connections to it reach the server of the test. */
export const PUBLIC = '192.0.43.8';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A few hosts of a made-up internet, served on this machine over real TLS. */
export class Web {
  readonly #server: Server;
  readonly #cert: Buffer;
  /** What a host resolves to; each question takes one, the last stays. Default: `PUBLIC`. */
  readonly names = new Map<string, string[][]>();
  /** By `host/path`. */
  readonly pages = new Map<string, Answer>();
  /** The address and host of every connection that was begun. */
  readonly connections: string[] = [];
  readonly requests: IncomingMessage[] = [];

  private constructor(hosts: readonly string[]) {
    const { key, cert } = certificateOf(hosts);
    this.#cert = cert;
    this.#server = createServer({ key, cert }, (request, response) => {
      this.requests.push(request);
      const page = this.pages.get(`${request.headers.host}${request.url}`);
      if (page) page(request, response);
      else response.writeHead(404).end();
    });
  }

  static async start(hosts: readonly string[]): Promise<Web> {
    const web = new Web(hosts);
    web.#server.listen(0, '127.0.0.1');
    await once(web.#server, 'listening');
    return web;
  }

  /** The network as a fetch sees it, whose guard is the one that is deployed. */
  readonly network: Network = {
    resolve: async (host) => {
      const answers = this.names.get(host) ?? [[PUBLIC]];
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    },
    connect: (address, host) => {
      this.connections.push(`${address} ${host}`);
      const { port } = this.#server.address() as AddressInfo;
      return connect({ host: '127.0.0.1', port, servername: host, ca: this.#cert });
    },
    own: () => ['192.0.43.200'],
  };

  /** What `internet.ts` is told. */
  get setting(): string {
    const { port } = this.#server.address() as AddressInfo;
    return JSON.stringify({ port, ca: this.#cert.toString() });
  }

  /** Forgets what was served and asked. */
  clear(): void {
    for (const known of [this.names, this.pages]) known.clear();
    this.connections.length = 0;
    this.requests.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
