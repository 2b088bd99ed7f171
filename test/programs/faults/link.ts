/** How callers reach the edge: UDP, or one TLS connection for all of them (RFC 3261 §18). */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:tls';

export interface Link {
  /** For Via. */
  readonly transport: 'UDP' | 'TLS';
  readonly port: number;
  send(text: string): void;
  close(): void;
}

export async function udpLink(edge: number, onMessage: (text: string) => void): Promise<Link> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 }).bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (data) => onMessage(data.toString()));
  return {
    transport: 'UDP',
    port: socket.address().port,
    send: (text) => socket.send(text, edge, '127.0.0.1'),
    close: () => socket.close(),
  };
}

/** The edge's certificate is one of its own making, for nobody to check here. */
export async function tlsLink(edge: number, onMessage: (text: string) => void): Promise<Link> {
  const socket = connect({ host: '127.0.0.1', port: edge, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  let rest = '';
  socket.setEncoding('latin1').on('data', (data: string) => {
    rest += data;
    // §18.3: Content-Length says where a message ends.
    for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
      const length = Number(/^(?:Content-Length|l)\s*:\s*(\d+)/im.exec(rest.slice(0, end))?.[1]);
      const whole = end + 4 + (length || 0);
      if (rest.length < whole) return;
      const text = rest.slice(0, whole);
      rest = rest.slice(whole);
      if (text.trim() !== '') onMessage(text);
    }
  });
  return {
    transport: 'TLS',
    port: socket.localPort ?? 0,
    send: (text) => socket.write(text),
    close: () => socket.destroy(),
  };
}
