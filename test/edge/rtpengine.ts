/** The real rtpengine in user space, and parties that send and hear RTP (RFC 3550). */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { freePort } from './ports.ts';

export const RTPENGINE = '/usr/bin/rtpengine';

export class Rtpengine {
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #port: number;

  private constructor(child: ChildProcess, socket: Socket, port: number) {
    this.#child = child;
    this.#socket = socket;
    this.#port = port;
  }

  static async start(): Promise<Rtpengine> {
    const port = await freePort();
    const options = [
      ...['--foreground', '--log-stderr', '--log-level=3', '--table=-1', '--delete-delay=0'],
      ...['--interface=127.0.0.1', `--listen-ng=127.0.0.1:${port}`],
      ...['--port-min=36000', '--port-max=39000'],
    ];
    const run = ['--pdeathsig=TERM', RTPENGINE, ...options];
    const child = spawn('setpriv', run, { stdio: 'ignore' });
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const engine = new Rtpengine(child, socket, port);
    await engine.#ask('ping');
    return engine;
  }

  /** As Kamailio is told of it. */
  get control(): string {
    return `udp:127.0.0.1:${this.#port}`;
  }

  /** Call-IDs of the calls whose media it has. */
  async calls(): Promise<string[]> {
    const list = /5:callsl(.*?)e6:result/.exec(await this.#ask('list'))?.[1] ?? '';
    return [...list.matchAll(/\d+:([^:]+?)(?=\d+:|$)/g)].map(([, callId]) => callId as string);
  }

  async stop(): Promise<void> {
    this.#socket.close();
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'close');
  }

  /** One command of the control protocol (a cookie, and a dictionary in bencode), asked until it is answered. */
  async #ask(command: string): Promise<string> {
    const question = `${Math.random()} d7:command${command.length}:${command}e`;
    const answer = once(this.#socket, 'message') as Promise<[Buffer]>;
    const send = () => this.#socket.send(question, this.#port, '127.0.0.1');
    const again = setInterval(send, 200);
    try {
      return (await answer)[0].toString();
    } finally {
      clearInterval(again);
    }
  }
}

/** One who sends and hears RTP. */
export class Ear {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(): Promise<Ear> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Ear(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }

  /** What stands behind the header lines: PCMU at this socket. */
  get sdp(): string[] {
    return [
      '',
      ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
      ...[`m=audio ${this.port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000'],
    ];
  }

  /** Resolves when `other` has heard what this one says to `port`, which it repeats. */
  async isHeardBy(other: Ear, port: number): Promise<void> {
    const said = Buffer.alloc(172, this.port % 251);
    let count = 0;
    const send = () => {
      count += 1;
      said.writeUInt32BE(0x80000000 + (count & 0xffff), 0);
      said.writeUInt32BE(count * 160, 4);
      said.writeUInt32BE(this.port, 8);
      this.#socket.send(said, port, '127.0.0.1');
    };
    send();
    const again = setInterval(send, 20);
    try {
      for (;;) {
        const [heard] = (await once(other.#socket, 'message')) as [Buffer];
        if (heard.subarray(12).equals(said.subarray(12))) return;
      }
    } finally {
      clearInterval(again);
    }
  }
}

/** The port of a message's audio. */
export function audioOf(message: string): number {
  const port = /^m=audio (\d+) /m.exec(message)?.[1];
  if (port === undefined) throw new Error(`no audio in ${message}`);
  return Number(port);
}
