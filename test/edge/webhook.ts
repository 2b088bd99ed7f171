/** A webhook that says what a test tells it to, and remembers what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RouteRequest } from '../../functions/decide/decision.ts';

/** What to answer: JSON for a 200, or a whole response; `after`: what to wait for before it, or milliseconds. */
export interface Reply {
  readonly json?: object;
  readonly status?: number;
  readonly body?: string;
  readonly after?: number | Promise<unknown>;
  /** Never answer. */
  readonly hang?: true;
}
export type Script = (request: RouteRequest) => Reply;

export interface Question {
  readonly path: string | undefined;
  readonly callee: string;
  readonly authorization: string | undefined;
  readonly request: RouteRequest;
}

export class ScriptedWebhook {
  readonly questions: Question[] = [];
  /** By user of the Request-URI. A callee without a script is let through. */
  readonly scripts = new Map<string, Script>();
  readonly #server = createServer((request, response) => this.#serve(request, response));

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What was asked about calls to this user, in order. */
  asked(callee: string): RouteRequest[] {
    return this.questions.filter((q) => q.callee === callee).map((q) => q.request);
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = JSON.parse(Buffer.concat(await message.toArray()).toString()) as RouteRequest;
    const callee = /^\w+:([^@;]*)/.exec(request.requestUri)?.[1] ?? '';
    const { authorization } = message.headers;
    this.questions.push({ path: message.url, callee, authorization, request });
    const reply = this.scripts.get(callee)?.(request) ?? { json: { action: 'continue' } };
    if (reply.hang) return;
    await (typeof reply.after === 'number' ? sleep(reply.after) : reply.after);
    const body = reply.body ?? JSON.stringify({ decisionId: '0', ...reply.json });
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
    response.end(body);
  }
}
