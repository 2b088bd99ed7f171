/** The few SIP messages that the harness itself sends, over UDP. */
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';

/** A request outside a dialog, from the given user of example.com. */
export function request(
  method: string,
  uri: string,
  options: { user?: string; cseq?: number; lines?: readonly string[] } = {},
): string {
  const aor = `sip:${options.user ?? 'tester'}@example.com`;
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK${randomUUID()}`,
    'Max-Forwards: 70',
    `From: <${aor}>;tag=${randomUUID()}`,
    `To: <${method === 'REGISTER' ? aor : uri}>`,
    `Call-ID: ${randomUUID()}`,
    `CSeq: ${options.cseq ?? 1} ${method}`,
    ...(options.lines ?? []),
    'Content-Length: 0\r\n\r\n',
  ].join('\r\n');
}

/** Sends a request and returns the first reply, or undefined after so many milliseconds. */
export async function exchange(
  port: number,
  message: string,
  milliseconds: number,
): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds, undefined);
      socket.once('message', (data) => {
        clearTimeout(timer);
        resolve(data.toString());
      });
      socket.send(message, port, '127.0.0.1');
    });
  } finally {
    socket.close();
  }
}
