import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** What became of the calls of one rate. */
export interface Outcome {
  readonly rate: number;
  readonly calls: number;
  /** Milliseconds from the INVITE to its 302. */
  readonly latencies: readonly number[];
  /** INVITEs that a caller would have sent again: no response at all within 500 ms (Timer A). */
  readonly retransmissions: number;
  /** Calls without a 302 within 2 s. */
  readonly failed: number;
  /** Calls that were sent again or had no 302. */
  readonly unclean: number;
}

const TIMER_A = 500;
const PATIENCE = 2000;

interface Call {
  readonly sent: number;
  provisional: boolean;
  latency?: number;
}

/** A caller that sends INVITEs at an even rate over UDP and waits for each one's 302. */
export class Caller {
  readonly #socket: Socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  readonly #port: number;
  #calls = new Map<string, Call>();
  #run = 0;

  /** @param port of the edge, on 127.0.0.1 */
  constructor(port: number) {
    this.#port = port;
    this.#socket.on('message', (data) => this.#receive(data.toString('latin1')));
  }

  async run(user: string, rate: number, seconds: number): Promise<Outcome> {
    if (this.#run++ === 0) {
      this.#socket.bind(0, '127.0.0.1');
      await once(this.#socket, 'listening');
    }
    this.#calls = new Map();
    const total = Math.round(rate * seconds);
    const again = new Set<Call>();
    const begin = performance.now();
    for (let sent = 0; sent < total; ) {
      const due = Math.min(total, Math.ceil(((performance.now() - begin) / 1000) * rate));
      for (; sent < due; sent++) this.#invite(user, `${this.#run}-${sent}`);
      await sleep(2);
    }
    const timerA = begin + seconds * 1000 + TIMER_A;
    while (performance.now() < timerA) await sleep(20);
    for (const call of this.#calls.values()) {
      const { provisional, latency = Number.POSITIVE_INFINITY } = call;
      if (!provisional && latency > TIMER_A) again.add(call);
    }
    const end = performance.now() + PATIENCE - TIMER_A;
    const waiting = (): boolean => [...this.#calls.values()].some((c) => c.latency === undefined);
    while (waiting() && performance.now() < end) await sleep(20);
    const all = [...this.#calls.values()];
    const latencies = all.flatMap(({ latency }) => latency ?? []);
    return {
      ...{ rate, calls: total, latencies },
      retransmissions: again.size,
      failed: total - latencies.length,
      unclean: all.filter((call) => again.has(call) || call.latency === undefined).length,
    };
  }

  close(): void {
    this.#socket.close();
  }

  #invite(user: string, id: string): void {
    this.#calls.set(id, { sent: performance.now(), provisional: false });
    this.#socket.send(this.#message('INVITE', user, id, ''), this.#port, '127.0.0.1');
  }

  #message(method: string, user: string, id: string, toTag: string): string {
    const { port } = this.#socket.address();
    return [
      `${method} sip:${user}@example.com SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${id}`,
      'Max-Forwards: 70',
      `From: <sip:alice@example.com>;tag=${id}`,
      `To: <sip:${user}@example.com>${toTag}`,
      `Call-ID: ${id}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:alice@127.0.0.1:${port}>`,
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n');
  }

  #receive(message: string): void {
    const status = Number(message.slice(8, 11));
    const id = /^Call-ID: *(\S+)/im.exec(message)?.[1] ?? '';
    const call = this.#calls.get(id);
    if (call === undefined) return;
    call.provisional = true;
    if (status < 200) return;
    if (status === 302) call.latency ??= performance.now() - call.sent;
    const to = /^To: [^\r]*?(;tag=[^;\r]+)/im.exec(message)?.[1] ?? '';
    const user = /^To: *<sip:([^@]+)@/im.exec(message)?.[1] ?? '';
    this.#socket.send(this.#message('ACK', user, id, to), this.#port, '127.0.0.1');
  }
}
