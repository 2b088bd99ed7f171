import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request for the database, in the hands of a fault. */
export interface Exchange {
  /** What is asked of DynamoDB's API; a fault may change it before it is passed on. */
  readonly asked: { Key: { pk: { S: string } } };
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Asks the database, and gives its answer's body. */
  pass(): Promise<Buffer>;
  /** Answers, by default as the database does when all is well. */
  reply(body: Buffer | string, status?: number): void;
}

export type Fault = (exchange: Exchange) => void | Promise<void>;

/** Between a handler and its database: passes everything on, or does what a fault does to it. */
export class FaultProxy {
  fault: Fault | undefined;
  /** Requests that arrived, but for those of the search key: no call waits for it. */
  count = 0;
  readonly #upstream: string;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  #port = 0;

  private constructor(upstream: string) {
    this.#upstream = upstream;
  }

  static async start(upstream: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    await proxy.listen();
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Takes connections, on the same port as before. */
  async listen(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection and refuses new ones. */
  async refuse(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fault } = this;
    const asked = JSON.parse(Buffer.concat(await request.toArray()).toString());
    if (asked.Key.pk.S !== 'SEARCH') this.count++;
    const exchange: Exchange = {
      asked,
      request,
      response,
      pass: () => ask(this.#upstream, request, JSON.stringify(asked)),
      reply: (body, status = 200) => {
        const type = { 'content-type': 'application/x-amz-json-1.0' };
        response.writeHead(status, { ...type, 'content-length': Buffer.byteLength(body) });
        response.end(body);
      },
    };
    await (fault ? fault(exchange) : exchange.reply(await exchange.pass()));
  }
}

async function ask(endpoint: string, { method, headers }: IncomingMessage, body: string) {
  const length = { 'content-length': Buffer.byteLength(body) };
  const onward = httpRequest(endpoint, { method, headers: { ...headers, ...length } }).end(body);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  return Buffer.concat(await answer.toArray());
}
