/** Free ports of 127.0.0.1, never the same twice in a process. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const taken = new Set<number>();

/**
 * A port that neither UDP nor TCP uses, below those that the system gives to sockets that want just any: one of
 * those may be another's before the program that is to have it has begun.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_240, 32_768);
    if (taken.has(port)) continue;
    const udp = createSocket('udp4');
    const tcp = createServer();
    const bound = (socket: typeof udp | typeof tcp, bind: (done: () => void) => unknown) =>
      new Promise<boolean>((resolve) => {
        socket.once('error', () => resolve(false));
        bind(() => resolve(true));
      });
    const free =
      (await bound(udp, (done) => udp.bind(port, '127.0.0.1', done))) &&
      (await bound(tcp, (done) => tcp.listen(port, '127.0.0.1', done)));
    tcp.close();
    udp.close();
    if (!free) continue;
    taken.add(port);
    return port;
  }
}
