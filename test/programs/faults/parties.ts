/**
 * Callers and phones of many calls in this process: each sees for itself what comes, so that nothing
 * hangs on a capture, which drops packets on a busy machine, nor on a program that gives a call up.
 * RFC 3261 over UDP: §17.1.1 and §17.2.1 for INVITE, §13.3.1.4 for 2xx.
 */
import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Link, tlsLink, udpLink } from './link.ts';

/** RFC 3261 §17.1.1.1, in milliseconds. */
const T1 = 500;
const T2 = 4_000;
/** Timer B: after it nobody waits for an answer any more. */
const GIVE_UP = 64 * T1;

/** What a phone does: rings, where it is to, and then sends a status line and more lines, after so many ms. */
export interface Script {
  readonly rings?: true;
  readonly after?: number;
  /** Undefined: it rings until it is cancelled. */
  readonly final?: readonly string[];
}
/** By user, of the INVITE that comes to the phone: its final answer, or more. */
export type Phones = Readonly<Record<string, readonly string[] | Script>>;

/** One call as its caller and its phone saw it. */
export interface SeenCall {
  readonly user: string;
  /** Status and To tag of every final answer that its caller got. */
  readonly finals: ReadonlySet<string>;
  /** User and branch with which its INVITE came to a phone. */
  readonly legs: ReadonlySet<string>;
  /** Seconds until it reached a phone or was answered. */
  readonly wait: number | undefined;
}

interface Call extends SeenCall {
  readonly finals: Set<string>;
  readonly legs: Set<string>;
  wait: number | undefined;
  readonly at: number;
  readonly link: Link;
  /** The call is over for its caller: answered and acknowledged, or given up. */
  readonly over: () => void;
}

const header = (text: string, name: string): string =>
  new RegExp(`^${name}\\s*:\\s*(.*)$`, 'im').exec(text)?.[1]?.trim() ?? '';
const headers = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}\\s*:.*$`, 'gim'))].map(([line]) => line.trim());
const statusOf = (text: string): number => Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0);
const message = (lines: readonly string[]) => [...lines, 'Content-Length: 0', '', ''].join('\r\n');

/** Everybody who calls or is called through one edge. */
export class Parties {
  /** Where the phones are. */
  readonly phonePort: number;
  /** Every other call is by the second, where there is one. */
  readonly #links: Link[] = [];
  readonly #phones: Socket;
  readonly #phone: Phones;
  readonly #calls = new Map<string, Call>();
  /** Phones that may still be cancelled. */
  readonly #ringing = new Set<string>();
  /** What is sent until it is answered, by what the answer has. */
  readonly #repeated = new Map<string, NodeJS.Timeout>();

  private constructor(socket: Socket, phones: Phones) {
    this.#phones = socket;
    this.phonePort = socket.address().port;
    this.#phone = phones;
    socket.on('message', (data, from) => this.#phoneGets(data.toString(), from));
  }

  /** @param tls the edge's port of TLS, by which every other call comes; undefined: all by UDP */
  static async start(edge: number, phones: Phones, tls?: number): Promise<Parties> {
    const parties = new Parties(await udp(), phones);
    const gets = (text: string) => parties.#callerGets(text);
    parties.#links.push(await udpLink(edge, gets));
    if (tls !== undefined) parties.#links.push(await tlsLink(tls, gets));
    return parties;
  }

  get calls(): ReadonlyMap<string, SeenCall> {
    return this.#calls;
  }

  /** Resolves when the call is over: with its final answer, or after 32 s without one. */
  call(user: string): Promise<void> {
    const callId = randomUUID();
    return new Promise((over) => {
      const at = performance.now();
      const call = { user, finals: new Set<string>(), legs: new Set<string>(), wait: undefined };
      const link = this.#links[this.#calls.size % this.#links.length] as Link;
      this.#calls.set(callId, { ...call, at, link, over });
      this.#repeat(`INVITE ${callId}`, link, this.#request('INVITE', link, user, callId), over);
    });
  }

  stop(): void {
    for (const timer of this.#repeated.values()) clearTimeout(timer);
    for (const link of this.#links) link.close();
    this.#phones.close();
  }

  #request(method: string, { transport, port }: Link, user: string, callId: string): string {
    return message([
      `${method} sip:${user}@example.com SIP/2.0`,
      `Via: SIP/2.0/${transport} 127.0.0.1:${port};branch=z9hG4bK-${callId}`,
      'Max-Forwards: 70',
      `From: "Alice" <sip:alice@example.com>;tag=${callId.slice(0, 8)}`,
      `To: <sip:${user}@example.com>`,
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:alice@127.0.0.1:${port};transport=${transport.toLowerCase()}>`,
    ]);
  }

  /** Sends it again, at intervals that double, until `#settle` or 32 s later; once over TLS. */
  #repeat(key: string, link: Link, text: string, gaveUp: () => void = () => {}): void {
    const send = (interval: number, waited: number) => {
      if (waited === 0 || link.transport === 'UDP') link.send(text);
      const again = () => {
        if (waited + interval < GIVE_UP) return send(Math.min(interval * 2, T2), waited + interval);
        this.#repeated.delete(key);
        gaveUp();
      };
      this.#repeated.set(key, setTimeout(again, interval));
    };
    send(T1, 0);
  }

  #settle(key: string): void {
    clearTimeout(this.#repeated.get(key));
    this.#repeated.delete(key);
  }

  #callerGets(text: string): void {
    const callId = header(text, 'Call-ID');
    const call = this.#calls.get(callId);
    const status = statusOf(text);
    if (call === undefined || status === 0) return;
    if (/BYE$/.test(header(text, 'CSeq'))) {
      this.#settle(`BYE ${callId}`);
      return;
    }
    if (status < 200) {
      // §17.1.1.2: a provisional answer ends the repeating; the answer is still waited for.
      this.#settle(`INVITE ${callId}`);
      this.#repeated.set(`INVITE ${callId}`, setTimeout(call.over, 2 * GIVE_UP));
      return;
    }
    this.#settle(`INVITE ${callId}`);
    call.wait ??= (performance.now() - call.at) / 1_000;
    const first = call.finals.size === 0;
    call.finals.add(`${status} ${/;tag=([^;\s]+)/.exec(header(text, 'To'))?.[1]}`);
    const { link } = call;
    link.send(this.#ack(link, call.user, callId, text));
    if (first && status < 300) {
      this.#repeat(`BYE ${callId}`, link, this.#inCall('BYE', 2, link, callId, text));
    }
    call.over();
  }

  #ack(link: Link, user: string, callId: string, final: string): string {
    if (statusOf(final) < 300) return this.#inCall('ACK', 1, link, callId, final);
    // §17.1.1.3: with the INVITE's own Via and the answer's To.
    return this.#request('ACK', link, user, callId).replace(
      /^To:.*$/m,
      `To: ${header(final, 'To')}`,
    );
  }

  /** §12.2.1.1: to the Contact, along the Record-Route. */
  #inCall(method: string, number: number, link: Link, callId: string, final: string): string {
    const target = /<([^>]+)>/.exec(header(final, 'Contact'))?.[1] ?? '';
    return message([
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/${link.transport} 127.0.0.1:${link.port};branch=z9hG4bK-${method}-${callId}`,
      ...headers(final, 'Record-Route')
        .reverse()
        .map((line) => line.replace(/^[^:]*/, 'Route')),
      'Max-Forwards: 70',
      `From: ${header(final, 'From')}`,
      `To: ${header(final, 'To')}`,
      `Call-ID: ${callId}`,
      `CSeq: ${number} ${method}`,
    ]);
  }

  #phoneGets(text: string, from: RemoteInfo): void {
    const callId = header(text, 'Call-ID');
    const reply = (lines: readonly string[]) =>
      message([
        `SIP/2.0 ${lines[0]}`,
        ...headers(text, 'Via'),
        ...headers(text, 'Record-Route'),
        `From: ${header(text, 'From')}`,
        `To: ${header(text, 'To').replace(/;tag=.*/, '')};tag=phone-${callId.slice(0, 8)}`,
        `Call-ID: ${callId}`,
        `CSeq: ${header(text, 'CSeq')}`,
        ...lines.slice(1),
      ]);
    const send = (answer: string) => this.#phones.send(answer, from.port, from.address);
    const user = /^\w+ sip:([\w-]+)@/.exec(text)?.[1];
    const key = `phone ${callId} ${user}`;
    const repeat = (answer: string, interval = T1, waited = 0) => {
      send(answer);
      const again = () => {
        if (waited < GIVE_UP) repeat(answer, Math.min(interval * 2, T2), waited + interval);
        else this.#repeated.delete(key);
      };
      this.#repeated.set(key, setTimeout(again, interval));
    };
    if (/^(BYE|CANCEL) /.test(text)) send(reply(['200 OK']));
    if (text.startsWith('ACK ')) this.#settle(key);
    if (text.startsWith('CANCEL ') && this.#ringing.delete(key)) {
      this.#settle(key);
      repeat(reply(['487 Request Terminated']).replace(/^(CSeq: \d+) CANCEL/m, '$1 INVITE'));
    }
    const call = this.#calls.get(callId);
    if (!text.startsWith('INVITE ') || user === undefined || call === undefined) return;
    call.wait ??= (performance.now() - call.at) / 1_000;
    const branch = /branch=([^;\s]+)/.exec(header(text, 'Via'))?.[1] ?? '';
    if (call.legs.has(`${user} ${branch}`)) return;
    call.legs.add(`${user} ${branch}`);
    const script = this.#phone[user] ?? ['404 Not Found'];
    const { rings, after = 0, final } = 'at' in script ? { final: script } : script;
    if (rings) {
      this.#ringing.add(key);
      send(reply(['180 Ringing', `Contact: <sip:${user}@127.0.0.1:${this.phonePort}>`]));
    }
    if (final === undefined) return;
    const [line = '', ...more] = final;
    const own = `Contact: <sip:${user}@127.0.0.1:${this.phonePort}>`;
    const answer = reply([line, ...(line.startsWith('2') ? [own] : []), ...more]);
    const ends = () => {
      this.#ringing.delete(key);
      repeat(answer);
    };
    if (after === 0) ends();
    else this.#repeated.set(key, setTimeout(ends, after));
  }
}

async function udp(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 }).bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
