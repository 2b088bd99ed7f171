/** A party that a test plays message by message, over UDP. */
import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { lines } from './raw.ts';

/** An empty line among the parts begins a body of SDP. */
function message(parts: readonly string[]): string {
  const at = parts.indexOf('');
  if (at < 0) return [...parts, 'Content-Length: 0', '', ''].join('\r\n');
  const body = parts
    .slice(at + 1)
    .map((line) => `${line}\r\n`)
    .join('');
  const about = ['Content-Type: application/sdp', `Content-Length: ${body.length}`];
  return [...parts.slice(0, at), ...about, '', body].join('\r\n');
}

export class Agent {
  readonly #socket: Socket;
  /** The edge's port, where everything goes. */
  edge: number;
  readonly #got: string[] = [];
  readonly #waiting: (() => void)[] = [];

  private constructor(socket: Socket, edge: number) {
    this.#socket = socket;
    this.edge = edge;
    socket.on('message', (data) => {
      this.#got.push(data.toString());
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async start(edge: number): Promise<Agent> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Agent(socket, edge);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  stop(): void {
    this.#socket.close();
  }

  /** The next message that begins so, as it came; those before it are dropped. Throws after 10 s. */
  async gets(begins: string): Promise<string> {
    const until = Date.now() + 10_000;
    for (;;) {
      const at = this.#got.findIndex((text) => text.startsWith(begins));
      if (at >= 0) return this.#got.splice(0, at + 1).at(-1) as string;
      const left = until - Date.now();
      if (left <= 0) throw new Error(`no ${begins}; there was:\n${this.#got.join('\n')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** A request outside of calls, or the first of one; the text that was sent. */
  asks(method: string, uri: string, more: readonly string[] = [], from = 'alice'): string {
    const aor = `sip:${from}@example.com`;
    return this.#send([
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${randomUUID()}`,
      'Max-Forwards: 70',
      `From: <${aor}>;tag=${from}`,
      `To: <${method === 'REGISTER' ? aor : uri}>`,
      `Call-ID: ${randomUUID()}`,
      `CSeq: 1 ${method}`,
      ...(method === 'INVITE' ? [`Contact: <sip:${from}@127.0.0.1:${this.port}>`] : []),
      ...more,
    ]);
  }

  /** A request in the dialog that this answer has made (RFC 3261 §12.2.1.1). */
  inDialog(method: string, answer: string, number: number, more: readonly string[] = []): string {
    const [contact = ''] = lines(answer, 'contact');
    return this.#send([
      `${method} ${/<([^>]+)>/.exec(contact)?.[1]} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${randomUUID()}`,
      ...lines(answer, 'record-route')
        .reverse()
        .map((value) => `Route: ${value}`),
      'Max-Forwards: 70',
      `From: ${lines(answer, 'from')[0]}`,
      `To: ${lines(answer, 'to')[0]}`,
      `Call-ID: ${lines(answer, 'call-id')[0]}`,
      `CSeq: ${number} ${method}`,
      ...more,
    ]);
  }

  /** ACK to a failure (§17.1.1.3). */
  acknowledges(invite: string, answer: string): void {
    this.#ofInvite('ACK', invite, lines(answer, 'to')[0]);
  }

  /** §9.1. */
  cancels(invite: string): void {
    this.#ofInvite('CANCEL', invite, lines(invite, 'to')[0]);
  }

  #ofInvite(method: 'ACK' | 'CANCEL', invite: string, to: string | undefined): void {
    const [first = ''] = invite.split('\r\n');
    this.#send([
      first.replace(/^INVITE/, method),
      `Via: ${lines(invite, 'via')[0]}`,
      'Max-Forwards: 70',
      `From: ${lines(invite, 'from')[0]}`,
      `To: ${to}`,
      `Call-ID: ${lines(invite, 'call-id')[0]}`,
      `CSeq: ${lines(invite, 'cseq')[0]?.replace(/\D+$/, '')} ${method}`,
    ]);
  }

  answers(request: string, status: string, more: readonly string[] = []): void {
    const copied = (name: string, as: string) =>
      lines(request, name).map((value) => `${as}: ${value}`);
    const [to = ''] = lines(request, 'to');
    this.#send([
      `SIP/2.0 ${status}`,
      ...copied('via', 'Via'),
      ...copied('record-route', 'Record-Route'),
      ...copied('from', 'From'),
      `To: ${to}${to.includes(';tag=') ? '' : `;tag=${this.port}`}`,
      ...copied('call-id', 'Call-ID'),
      ...copied('cseq', 'CSeq'),
      `Contact: <sip:phone@127.0.0.1:${this.port}>`,
      ...more,
    ]);
  }

  #send(parts: readonly string[]): string {
    const text = message(parts);
    this.#socket.send(text, this.edge, '127.0.0.1');
    return text;
  }
}
