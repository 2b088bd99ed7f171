import { createServer } from 'node:net';
import { LocalFailure } from './failure.ts';

/** Throws `LocalFailure` if the port is taken, before anything is started or changed. */
export async function assertFree(port: number): Promise<void> {
  await listenOnce(port).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') {
      throw new LocalFailure(
        `port ${port} is in use: stop what uses it, or start with PORT=${port + 1}`,
      );
    }
    throw new LocalFailure(`port ${port} can't be used (${error.code}): start with another PORT`);
  });
}

/** A port of the loopback that nobody listens on. */
export const freePort = (): Promise<number> => listenOnce(0);

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
