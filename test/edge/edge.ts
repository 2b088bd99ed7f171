/** Starts and stops the edge exactly as `npm run edge` does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { credentials } from './digest.ts';
import { freePort } from './ports.ts';
import { exchange, request } from './sip.ts';

const RUN = join(import.meta.dirname, '../../infra/edge/kamailio/run.ts');

export class Edge {
  readonly port: number;
  /** Everything Kamailio wrote. */
  log = '';
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.log += data.toString();
      });
    }
  }

  static async start(url: string, env: NodeJS.ProcessEnv = {}): Promise<Edge> {
    const port = await freePort();
    // Should the test's process die, the edge ends too.
    const child = spawn('setpriv', ['--pdeathsig=TERM', process.execPath, RUN], {
      env: { ...process.env, DIVERT_URL: url, ...env, EDGE_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const edge = new Edge(port, child);
    for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
      const options = request('OPTIONS', 'sip:ping@example.com', { cseq: attempt + 1 });
      if (await exchange(port, options, 200)) return edge;
    }
    await edge.stop();
    throw new Error(`the edge does not answer:\n${edge.log}`);
  }

  /** Lines of the log that say that something is wrong. */
  get complaints(): string[] {
    return this.log
      .split('\n')
      .filter((line) => /\b(WARNING|ERROR|CRITICAL|ALERT|BUG)\b/.test(line));
  }

  /** Forgets where this user is. */
  async unregister(user: string, password = ''): Promise<void> {
    await this.#register(user, ['Contact: *', 'Expires: 0'], password);
  }

  /** `password`: where the edge wants one (RFC 2617 §3.2.2). */
  async register(user: string, contact: string, password = ''): Promise<void> {
    await this.#register(user, [`Contact: <${contact}>`, 'Expires: 300'], password);
  }

  async #register(user: string, lines: readonly string[], password: string): Promise<void> {
    let reply = await this.#asks(user, 1, lines);
    const answer = reply && credentials(reply, 'REGISTER', 'sip:example.com', user, password);
    if (answer) reply = await this.#asks(user, 2, [...lines, answer]);
    if (!reply?.startsWith('SIP/2.0 200')) throw new Error(`REGISTER ${user}: ${reply}`);
  }

  /** Once more where nothing comes: a busy machine loses UDP. */
  async #asks(user: string, cseq: number, lines: readonly string[]): Promise<string | undefined> {
    for (let attempt = 0; attempt < 10; attempt++) {
      const register = request('REGISTER', 'sip:example.com', { user, cseq, lines });
      const reply = await exchange(this.port, register, 2_000);
      if (reply) return reply;
    }
    return undefined;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
      await once(this.#child, 'close');
    }
  }
}
