import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that listens on a port, is killed without warning and started again. */
export class Program {
  readonly port: number;
  readonly #command: readonly [string, ...string[]];
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #said = '';

  constructor(port: number, command: readonly [string, ...string[]], env: NodeJS.ProcessEnv = {}) {
    this.port = port;
    this.#command = command;
    this.#env = env;
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const [path, ...args] = this.#command;
    const child = spawn(path, args, {
      env: { PATH: process.env.PATH, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.#said = (this.#said + data.toString()).slice(-2_000);
      });
    }
    for (let waited = 0; waited < 60_000 && child.exitCode === null; waited += 20) {
      if (await this.#connects()) return;
      await sleep(20);
    }
    await this.kill();
    throw new Error(`${this.#command.join(' ')} does not start:\n${this.#said}`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  #connects(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).once('error', () => resolve(false));
    });
  }
}
