import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalFailure } from './failure.ts';
import { freePort } from './port.ts';

export interface Database {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts the embedded DynamoDB on a free port of the loopback, with its data in `folder`, or in
 * memory without one. Throws `LocalFailure` where this platform has no embedded one.
 */
export async function startDatabase(folder?: string): Promise<Database> {
  const binary = findBinary();
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    // The program does not tell a port it chose itself, so somebody may take this one first.
    const port = await freePort();
    const child = spawn(
      binary,
      [
        'serve',
        ...['--host', '127.0.0.1', '--port', String(port)],
        ...(folder === undefined ? [] : ['--db-path', join(folder, 'dynamodb.sqlite')]),
      ],
      { stdio: 'ignore', env: {} },
    );
    const running = new Running(child);
    if (await running.listens(port)) {
      return { endpoint: `http://127.0.0.1:${port}`, stop: () => running.stop() };
    }
    await running.stop();
    if (attempt === 3) {
      throw new LocalFailure(
        `the embedded DynamoDB (${binary}) does not start${folder === undefined ? '' : `: is ${folder} writable?`}`,
      );
    }
  }
}

function findBinary(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}/dynoxide`;
  try {
    const path = createRequire(import.meta.url).resolve(name);
    if (existsSync(path)) return path;
  } catch {
    // Not installed: said below.
  }
  throw new LocalFailure(
    `no embedded DynamoDB for ${process.platform}-${process.arch} (${name}): run ` +
      '`docker run -p 8000:8000 amazon/dynamodb-local` and start again with ' +
      'DYNAMODB_ENDPOINT=http://localhost:8000',
  );
}

class Running {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #over = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      // However this process ends, short of being killed, the database does not outlive it.
      const kill = () => child.kill('SIGKILL');
      process.once('exit', kill);
      const over = () => {
        this.#over = true;
        process.off('exit', kill);
        resolve();
      };
      child.once('exit', over);
      child.once('error', over);
    });
  }

  /** Whether it takes connections within 5 s. */
  async listens(port: number): Promise<boolean> {
    for (let waited = 0; waited < 5000 && !this.#over; waited += 10) {
      if (await connects(port)) return !this.#over;
      await sleep(10);
    }
    return false;
  }

  async stop(): Promise<void> {
    if (!this.#over) this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 2000);
    await this.#ended;
    clearTimeout(patience);
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
