/** Parties whose messages are given to the byte (Latin-1: one character, one byte), over UDP. */
import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Edge } from './edge.ts';

async function open(address = '127.0.0.1'): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** Header lines of a message, folded ones joined, with lower-case long names. */
export function headerLines(message: string): [name: string, value: string][] {
  const [head = ''] = message.split('\r\n\r\n');
  return head
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .slice(1)
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    });
}

export const lines = (message: string, name: string): string[] =>
  headerLines(message)
    .filter(([found]) => found === name.toLowerCase())
    .map(([, value]) => value);

const status = (message: string) => Number(/^SIP\/2\.0 (\d{3})/.exec(message)?.[1] ?? 0);

/** What a phone sends: a status line and further header lines; `vias` writes the Vias in another way. */
export interface RawAnswer {
  readonly line: string;
  readonly headers?: readonly string[];
  readonly after?: number;
  readonly vias?: (vias: readonly string[]) => string;
}

/** The same for every INVITE, or what it says to this one. */
export type RawAnswers = readonly RawAnswer[] | ((invite: string) => readonly RawAnswer[]);

/** A phone that answers each INVITE with these, and a CANCEL as RFC 3261 §9.2 has it, unless it is deaf. */
export class RawPhone {
  readonly invites: string[] = [];
  /** Milliseconds from the first answer of an INVITE to its CANCEL, by Call-ID. */
  readonly cancelled = new Map<string, number>();
  readonly #rang = new Map<string, number>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #socket: Socket;
  readonly #answers: RawAnswers;

  private constructor(socket: Socket, answers: RawAnswers) {
    this.#socket = socket;
    this.#answers = answers;
    socket.on('message', (data, from) => this.#receive(data.toString('latin1'), from));
  }

  static async start(
    edge: Edge | undefined,
    user: string,
    answers: RawAnswers = [],
  ): Promise<RawPhone> {
    const phone = new RawPhone(await open(), answers);
    await edge?.register(user, `sip:${user}@127.0.0.1:${phone.#socket.address().port}`);
    return phone;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#socket.close();
  }

  #receive(request: string, from: RemoteInfo): void {
    const callId = lines(request, 'call-id')[0] ?? '';
    if (request.startsWith('CANCEL ')) {
      this.cancelled.set(callId, Date.now() - (this.#rang.get(callId) ?? 0));
      this.#send(request, { line: '200 OK' }, from);
      const invite = this.invites.find((text) => lines(text, 'call-id')[0] === callId);
      if (invite) this.#send(invite, { line: '487 Request Terminated' }, from);
    }
    if (!request.startsWith('INVITE ')) return;
    this.invites.push(request);
    const answers = typeof this.#answers === 'function' ? this.#answers(request) : this.#answers;
    for (const answer of answers) {
      const timer = setTimeout(() => this.#send(request, answer, from), answer.after ?? 0);
      this.#timers.push(timer);
    }
  }

  #send(request: string, answer: RawAnswer, to: RemoteInfo): void {
    const callId = lines(request, 'call-id')[0] ?? '';
    if (answer.line.startsWith('1') && !this.#rang.has(callId)) this.#rang.set(callId, Date.now());
    const vias = lines(request, 'via');
    const copied = (name: string) => lines(request, name).map((value) => `${name}: ${value}`);
    const text = [
      `SIP/2.0 ${answer.line}`,
      ...(answer.vias ? [answer.vias(vias)] : vias.map((via) => `Via: ${via}`)),
      ...copied('Record-Route'),
      ...copied('From'),
      `To: ${lines(request, 'to')[0]};tag=b`,
      ...copied('Call-ID'),
      ...copied('CSeq'),
      ...(answer.headers ?? []),
      'Content-Length: 0\r\n\r\n',
    ];
    this.#socket.send(Buffer.from(text.join('\r\n'), 'latin1'), to.port, to.address);
  }
}

export interface RawCall {
  readonly uri: string;
  readonly from?: string;
  readonly to?: string;
  readonly headers?: readonly string[];
  /** The address it comes from: all of 127.0.0.0/8 is this machine. */
  readonly source?: string;
}

/**
 * Calls, and acknowledges the final response.
 *
 * @returns all responses but 100, in order
 */
export async function rawCall(
  edge: { readonly port: number },
  call: RawCall,
  seconds = 60,
): Promise<string[]> {
  const socket = await open(call.source);
  const { address, port } = socket.address();
  const own = `${address}:${port}`;
  const via = `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${randomUUID()}`;
  const from = `From: ${call.from ?? '<sip:alice@example.com>'};tag=a`;
  const callId = `Call-ID: ${randomUUID()}`;
  const invite = [
    `INVITE ${call.uri} SIP/2.0`,
    via,
    'Max-Forwards: 70',
    from,
    `To: ${call.to ?? `<${call.uri}>`}`,
    callId,
    'CSeq: 1 INVITE',
    `Contact: <sip:alice@${own}>`,
    ...(call.headers ?? []),
    'Content-Length: 0\r\n\r\n',
  ];
  const send = (text: readonly string[]) =>
    socket.send(Buffer.from(text.join('\r\n'), 'latin1'), edge.port, '127.0.0.1');
  const seen: string[] = [];
  try {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      socket.on('message', (data) => {
        const response = data.toString('latin1');
        if (status(response) <= 100) return;
        seen.push(response);
        if (status(response) < 200) return;
        clearTimeout(timer);
        const to = `To: ${lines(response, 'to')[0]}`;
        if (status(response) >= 300) {
          send([
            `ACK ${call.uri} SIP/2.0`,
            via,
            'Max-Forwards: 70',
            from,
            to,
            callId,
            'CSeq: 1 ACK',
            'Content-Length: 0\r\n\r\n',
          ]);
        }
        setTimeout(resolve, 50);
      });
      send(invite);
    });
  } finally {
    socket.close();
  }
  return seen;
}

/** The final response. */
export function finalOf(responses: readonly string[]): string {
  const last = responses.at(-1);
  if (!last || status(last) < 200) throw new Error(`no final response: ${responses.join('\n')}`);
  return last;
}
