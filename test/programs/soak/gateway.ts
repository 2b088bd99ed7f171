import { type ChildProcess, fork } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { signToken } from '../../../infra/local/authorizer.ts';
import { readDefinition } from '../../../infra/local/definition.ts';
import type { Throttle } from '../../../infra/local/token-bucket.ts';
import { startWorld, type World } from '../bench/world.ts';
import type { Usage } from './gateway-process.ts';

const CHILD = fileURLToPath(new URL('./gateway-process.ts', import.meta.url));

/** The key of the world's peer. */
export const KEY = 'bench-key';
/** By which Twilio's and jambonz' requests are signed here. */
export const SIGNING_SECRET = 'a-signing-secret-of-these-tests';

export interface Asked {
  readonly method: string;
  /** Path and query as they are sent. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}
export interface Response {
  readonly status: number;
  readonly body: string;
}

/** The local server in a process of its own, on the embedded database with the example's rules. */
export class Gateway {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #world: World;
  readonly #secret: Buffer;
  readonly #agent: Agent;

  private constructor(port: number, child: ChildProcess, world: World, secret: Buffer) {
    this.port = port;
    this.#child = child;
    this.#world = world;
    this.#secret = secret;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 2_000 });
  }

  /**
   * @param onOutput takes what the functions write; default: dropped
   * @param throttle default: everything is let through
   */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    onOutput: (text: string) => void = () => {},
    throttle?: Throttle,
  ): Promise<Gateway> {
    const world = await startWorld();
    const secret = randomBytes(32);
    const child = fork(
      CHILD,
      [secret.toString('base64'), ...(throttle ? [JSON.stringify(throttle)] : [])],
      {
        env: {
          PATH: process.env.PATH,
          ...readDefinition('local').environment,
          ...world.environment,
          DIVERT_SECRETS_TWILIO: `${hash('sha256', KEY, 'hex')}:${SIGNING_SECRET}`,
          DIVERT_SECRETS_JAMBONZ: `${hash('sha256', KEY, 'hex')}:${SIGNING_SECRET}`,
          ...environment,
        },
        // V8 doubles its young generation as calls go by, up to a limit, in steps that look like
        // growth: here it has one size.
        execArgv: ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=16'],
        silent: true,
      },
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', onOutput);
    }
    const [port] = await once(child, 'message');
    return new Gateway(port, child, world, secret);
  }

  /** A token for the admin API. */
  token(claims: Record<string, unknown>): Promise<string> {
    return signToken(this.#secret, claims);
  }

  /** Rejects where no answer comes within 90 s. */
  async send({ method, path, headers = {}, body = '' }: Asked): Promise<Response> {
    const asked = request({
      ...{ host: '127.0.0.1', port: this.port, agent: this.#agent, method, path },
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(90_000),
    });
    const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
    asked.end(body);
    const [response] = await answered;
    const text = Buffer.concat(await response.toArray()).toString();
    return { status: response.statusCode ?? 0, body: text };
  }

  async usage(): Promise<Usage> {
    const answer = once(this.#child, 'message');
    this.#child.send('usage');
    return (await answer)[0];
  }

  /** From now on nothing can be read or written. */
  loseDatabase(): Promise<void> {
    return this.#world.stop();
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.disconnect();
      await ended;
    }
    await this.#world.stop();
  }
}
