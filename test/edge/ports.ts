/** Free ports of 127.0.0.1, never the same twice in a process. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const taken = new Set<number>();

/** A port that neither UDP nor TCP uses. */
export async function freePort(): Promise<number> {
  for (;;) {
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const { port } = udp.address();
    const tcp = createServer();
    const free = await new Promise<boolean>((resolve) => {
      tcp.once('error', () => resolve(false));
      tcp.listen(port, '127.0.0.1', () => resolve(true));
    });
    tcp.close();
    udp.close();
    if (free && !taken.has(port)) {
      taken.add(port);
      return port;
    }
  }
}
