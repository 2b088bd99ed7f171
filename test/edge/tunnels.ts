/**
 * TLS for parties that speak only TCP. What goes through says of itself that it is TLS (RFC 3261 §18.1.1: the Via
 * names the transport), and is otherwise as the party wrote it.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { connect as connectTls, createServer as createTls } from 'node:tls';

export class Tunnels {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** The TCP port for a caller, who then speaks TLS to this place and checks its certificate. */
  async caller(address: string, port: number, authority: string): Promise<number> {
    const ca = readFileSync(authority);
    return this.#listen(
      createServer((plain) => {
        const secure = connectTls({ host: address, port, ca, servername: 'example.com' });
        this.#join(plain, secure);
      }),
      '127.0.0.1',
    );
  }

  /** The TLS port of a phone that listens for TCP on `port`. */
  async phone(address: string, port: number, certificate: string): Promise<number> {
    const both = readFileSync(certificate);
    const server = createTls({ cert: both, key: both }, (secure) =>
      this.#join(connect(port, '127.0.0.1'), secure),
    );
    return this.#listen(server, address);
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) server.close();
  }

  #join(plain: Socket, secure: Socket): void {
    for (const socket of [plain, secure]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        plain.destroy();
        secure.destroy();
      });
    }
    plain.pipe(asTls()).pipe(secure);
    secure.pipe(plain);
  }

  async #listen(server: Server, address: string): Promise<number> {
    this.#servers.push(server);
    server.listen(0, address);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
}

/** SIPp writes a message at once, so no name is torn apart. */
function asTls(): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const text = chunk.toString('latin1');
      const said = text
        .replace(/^(SIP\/2\.0|Via: SIP\/2\.0)\/TCP/gm, '$1/TLS')
        .replaceAll('transport=TCP', 'transport=TLS');
      done(null, Buffer.from(said, 'latin1'));
    },
  });
}
