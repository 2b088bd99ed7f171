import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import type { Quota } from './quota.ts';

export interface InstanceOptions {
  /** The folder of the runtime client. */
  readonly client: string;
  /** Where the archive was unzipped. */
  readonly task: string;
  /** As the template has it: `dist/route/index.handler`. */
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly quota?: Quota | undefined;
}

/** What an invocation gave. */
export interface Invoked {
  readonly result: Result;
  /** From the event that was handed out to the answer. */
  readonly milliseconds: number;
}

/**
 * An execution environment as Lambda has it: the unzipped archive under aws-lambda-ric's own
 * JavaScript, which asks a Runtime API of ours for events, frozen and thawed by signals.
 */
export class Instance {
  /** From the start of the process to its first question for an event. */
  initMs = 0;
  readonly #child: ChildProcess;
  readonly #api: ReturnType<typeof createServer>;
  #waiting: ServerResponse | undefined;
  #onWaiting: () => void = () => {};
  #onAnswer: (answer: { ok: boolean; body: string }) => void = () => {};
  #output = '';
  #invocations = 0;

  private constructor(options: InstanceOptions, api: ReturnType<typeof createServer>) {
    this.#api = api;
    const { port } = api.address() as AddressInfo;
    const { client, task, handler, env, quota } = options;
    // In the group before its first instruction.
    const join_ = quota ? `echo $$ > ${quota.file};` : '';
    this.#child = spawn(
      'sh',
      ['-c', `${join_} exec "$0" "$1"`, process.execPath, join(client, 'index.mjs')],
      {
        cwd: task,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          TZ: ':UTC',
          LAMBDA_TASK_ROOT: task,
          LAMBDA_RUNTIME_DIR: client,
          _HANDLER: handler,
          AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
          AWS_LAMBDA_LOG_FORMAT: 'JSON',
          AWS_LAMBDA_LOG_LEVEL: 'INFO',
          AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
          AWS_LAMBDA_FUNCTION_NAME: 'divert-test',
          AWS_LAMBDA_FUNCTION_VERSION: '1',
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
          AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/divert-test',
          AWS_LAMBDA_LOG_STREAM_NAME: 'test',
          AWS_REGION: 'eu-central-1',
          AWS_ACCESS_KEY_ID: 'ASIATEST',
          AWS_SECRET_ACCESS_KEY: 'secret',
          AWS_SESSION_TOKEN: 'token',
          ...env,
        },
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    api.on('request', (request, response) => this.#serve(request.url ?? '', request, response));
  }

  /** Starts one and waits until it asks for its first event. */
  static async start(options: InstanceOptions): Promise<Instance> {
    const api = createServer();
    api.listen(0, '127.0.0.1');
    await once(api, 'listening');
    const started = performance.now();
    const instance = new Instance(options, api);
    await instance.#idle();
    instance.initMs = performance.now() - started;
    return instance;
  }

  /** What it wrote: log lines, errors of the runtime. */
  get output(): string {
    return this.#output;
  }

  /** Hands out an event; a frozen instance is thawed once the event is there, as Lambda does. */
  async invoke(event: object): Promise<Invoked> {
    await this.#idle();
    const waiting = this.#waiting as ServerResponse;
    this.#waiting = undefined;
    const answered = new Promise<{ ok: boolean; body: string }>((resolve) => {
      this.#onAnswer = resolve;
    });
    const body = JSON.stringify(event);
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'lambda-runtime-aws-request-id': `request-${++this.#invocations}`,
      'lambda-runtime-deadline-ms': String(Date.now() + 3_000),
      'lambda-runtime-invoked-function-arn':
        'arn:aws:lambda:eu-central-1:123456789012:function:divert-test:provisioned',
      'lambda-runtime-trace-id': 'Root=1-0-0;Sampled=0',
    });
    waiting.end(body);
    const handedOut = performance.now();
    this.#child.kill('SIGCONT');
    const { ok, body: answer } = await this.#orEnded(answered);
    const milliseconds = performance.now() - handedOut;
    if (!ok) throw new Error(`the handler failed: ${answer}`);
    await this.#idle();
    return { result: JSON.parse(answer), milliseconds };
  }

  /** As Lambda does between two calls. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    this.#api.closeAllConnections();
    this.#api.close();
  }

  #serve(path: string, request: NodeJS.ReadableStream, response: ServerResponse): void {
    if (path.endsWith('/invocation/next')) {
      this.#waiting = response;
      this.#onWaiting();
      return;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      response.writeHead(202).end();
      this.#onAnswer({ ok: path.endsWith('/response'), body });
    });
  }

  async #idle(): Promise<void> {
    if (this.#waiting) return;
    const waiting = new Promise<void>((resolve) => {
      this.#onWaiting = resolve;
    });
    await this.#orEnded(waiting);
  }

  async #orEnded<T>(work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const ended = once(this.#child, 'exit', { signal: over.signal }).then(() => {
      throw new Error(`the instance ended:\n${this.#output.slice(-2_000)}`);
    });
    ended.catch(() => {});
    return Promise.race([work, ended]).finally(() => over.abort());
  }
}
