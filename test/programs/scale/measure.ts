import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { BUNDLE, ROOT } from '../../cli/world.ts';

export interface Measured {
  readonly code: number;
  readonly seconds: number;
  /** The most memory it held, resident, in megabytes. */
  readonly megabytes: number;
  readonly err: string;
}

/** Runs the built command, its output into a file. Linux tells how much memory it took. */
export function measure(
  data: string,
  args: readonly string[],
  output = '/dev/null',
): Promise<Measured> {
  const started = Date.now();
  const child = spawn(process.execPath, [BUNDLE, ...args], {
    cwd: ROOT,
    env: { ...process.env, DIVERT_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(createWriteStream(output));
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  let megabytes = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    megabytes = Math.max(megabytes, Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
  }, 100);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearInterval(timer);
      const seconds = (Date.now() - started) / 1000;
      resolve({ code: code ?? -1, seconds, megabytes: Math.round(megabytes), err });
    });
  });
}
