import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, RouteRequest } from '../../../functions/decide/decision.ts';
import type { Done, Order } from './handlers-process.ts';

const CHILD = fileURLToPath(new URL('./handlers-process.ts', import.meta.url));

export interface Answered {
  readonly status: number;
  readonly answer: Answer;
  /** Inside the handler. */
  readonly milliseconds: number;
  /** Its line in the log. */
  readonly line: { readonly rules: string; readonly cause?: string };
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Instances of the route bundle, in a process of their own. */
export class Handlers {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, PromiseWithResolvers<Done>>();
  readonly #lines = new Map<string, Answered['line']>();
  #rest = '';
  #orders = 0;

  constructor() {
    this.#child = fork(CHILD, { env: { PATH: process.env.PATH }, silent: true });
    this.#child.on('message', (done: Done) => {
      this.#pending.get(done.id)?.resolve(done);
      this.#pending.delete(done.id);
    });
    this.#child.once('exit', () => {
      const ended = new Error('the process of the handlers ended');
      for (const { reject } of this.#pending.values()) reject(ended);
    });
    this.#child.stderr?.pipe(process.stderr);
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
  }

  /** Starts an instance, as Lambda does with a new environment. */
  async start(name: string, env: Readonly<Record<string, string>>): Promise<void> {
    const { error } = await this.#order({ start: name, env });
    if (error !== undefined) throw new Error(`${name}: the bundle does not start: ${error}`);
  }

  /** Has an instance decide a call, with a Call-ID that no other call has. */
  async ask(name: string, key: string, request: RouteRequest): Promise<Answered> {
    const { result, error, milliseconds } = await this.#order({
      call: name,
      event: eventOf(key, request),
    });
    if (error !== undefined) throw new Error(`${name}: the handler threw: ${error}`);
    return {
      status: result?.statusCode ?? 0,
      answer: JSON.parse(result?.body ?? 'null'),
      milliseconds,
      line: await this.#lineOf(request.callId),
    };
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  #order(order: Unnumbered<Order>): Promise<Done> {
    const id = this.#orders++;
    const done = Promise.withResolvers<Done>();
    this.#pending.set(id, done);
    this.#child.send({ ...order, id });
    return done.promise;
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines.map((one) => JSON.parse(one))) {
      if (line.event === 'decision') this.#lines.set(line.callId, line);
    }
  }

  /** Lines are written behind the answers. */
  async #lineOf(callId: string): Promise<Answered['line']> {
    for (let waited = 0; waited < 5_000; waited += 5) {
      const line = this.#lines.get(callId);
      if (line !== undefined) return line;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`${callId}: no line in the log`);
  }
}

function eventOf(key: string, request: RouteRequest): object {
  return {
    version: '2.0',
    routeKey: 'POST /v1/route',
    rawPath: '/v1/route',
    rawQueryString: '',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    requestContext: { http: { method: 'POST', path: '/v1/route', sourceIp: '127.0.0.1' } },
    body: JSON.stringify(request),
    isBase64Encoded: false,
  };
}
