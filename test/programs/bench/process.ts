import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Batch, Times } from './child.ts';
import type { World } from './world.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** A handler in a process of its own. Its log lines go to a file that keeps nothing. */
export class HandlerProcess {
  readonly #child: ChildProcess;
  readonly init: Promise<number>;

  constructor(module: string, world: World) {
    const nothing = openSync('/dev/null', 'w');
    this.#child = fork(CHILD, [JSON.stringify({ module })], {
      env: { ...world.environment, PATH: process.env.PATH },
      stdio: ['ignore', nothing, 'inherit', 'ipc'],
    });
    closeSync(nothing);
    this.init = this.#next<{ init: number }>().then(({ init }) => init);
  }

  async calls(calls: number, users?: readonly string[]): Promise<Times> {
    const times = this.#next<Times>();
    this.#child.send({ calls, ...(users && { users }) } satisfies Batch);
    return times;
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  async #next<T>(): Promise<T> {
    const ended = new AbortController();
    try {
      const { signal } = ended;
      const [message] = await Promise.race([
        once(this.#child, 'message', { signal }),
        once(this.#child, 'exit', { signal }).then(([code]) => {
          throw new Error(`the handler ended (${code})`);
        }),
      ]);
      return message as T;
    } finally {
      ended.abort();
    }
  }
}
