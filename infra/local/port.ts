import { createServer } from 'node:net';
import { LocalFailure } from './failure.ts';

/** So many ports after a taken one are tried before any free one is proposed. */
const NEAR = 20;

/** Throws `LocalFailure` if the port is taken, before anything is started or changed. */
export async function assertFree(port: number): Promise<void> {
  const code = await refusal(port);
  if (code === undefined) return;
  if (code === 'EADDRINUSE') {
    const other = await freePortAfter(port);
    throw new LocalFailure(
      `port ${port} is in use: stop what uses it, or start with PORT=${other}`,
    );
  }
  throw new LocalFailure(`port ${port} can't be used (${code}): start with another PORT`);
}

/** A port of the loopback that nobody listens on. */
export const freePort = (): Promise<number> => listenOnce(0);

/** One that is easily told from `port`, if there is any. */
async function freePortAfter(port: number): Promise<number> {
  for (let next = port + 1; next <= Math.min(port + NEAR, 65_535); next++) {
    if ((await refusal(next)) === undefined) return next;
  }
  return freePort();
}

/** The code of the error with which a port is refused; undefined where it is free. */
const refusal = (port: number): Promise<string | undefined> =>
  listenOnce(port).then(
    () => undefined,
    ({ code = 'unknown' }: NodeJS.ErrnoException) => code,
  );

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
