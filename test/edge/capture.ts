/**
 * The SIP messages on the loopback interface, as tcpdump caught them.
 *
 * Reads libpcap's file format (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html) with
 * Ethernet, IPv4, UDP and TCP (RFC 791, RFC 768, RFC 9293) as the loopback interface has them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** An address of this machine at which nothing listens (RFC 1122 §3.2.1.3). */
const NOBODY = '127.77.77.77';

export interface Packet {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly transport: 'UDP' | 'TCP';
  readonly from: number;
  readonly to: number;
  /** One whole SIP message. */
  readonly text: string;
}

export class Capture {
  readonly #folder = mkdtempSync(join(tmpdir(), 'divert-capture-'));
  readonly #file = join(this.#folder, 'lo.pcap');
  readonly #port: number;
  readonly #child: ChildProcess;
  #said = '';

  private constructor(port: number) {
    this.#port = port;
    // Every packet is to be in the file at once, and the folder is this user's.
    const settings = '-i lo -s 0 -B 16384 --immediate-mode -U'.split(' ');
    const user = process.getuid?.() === 0 ? ['-Z', 'root'] : [];
    this.#child = spawn('tcpdump', [...settings, ...user, '-w', this.#file, `port ${port}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#said += data.toString();
    });
  }

  /** Catches what goes from and to this port of the loopback interface. */
  static async start(port: number): Promise<Capture> {
    const capture = new Capture(port);
    for (let waited = 0; waited < 100 && !capture.#said.includes('listening on'); waited++) {
      await sleep(50);
    }
    if (!capture.#said.includes('listening on')) {
      throw new Error(
        `tcpdump: ${capture.#said}without root it needs: sudo setcap cap_net_raw+ep $(which tcpdump)`,
      );
    }
    return capture;
  }

  /** What was caught so far. */
  async packets(): Promise<Packet[]> {
    await this.#caughtUp();
    return readPcap(readFileSync(this.#file), this.#port);
  }

  /** Until tcpdump has written what went over the wire just now: a packet to nobody, sent last, says so. */
  async #caughtUp(): Promise<void> {
    const mark = `mark:${randomUUID()}`;
    const socket = createSocket('udp4');
    try {
      for (let waited = 0; waited < 1_200; waited++) {
        if (this.#child.exitCode !== null) throw new Error(`tcpdump ended: ${this.#said}`);
        if (waited % 20 === 0) socket.send(mark, this.#port, NOBODY);
        await sleep(50);
        if (readFileSync(this.#file).includes(mark)) return;
      }
      throw new Error('tcpdump writes nothing any more');
    } finally {
      socket.close();
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGTERM');
      await once(this.#child, 'close');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const PCAP_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 14;

function readPcap(file: Buffer, port: number): Packet[] {
  const packets: Packet[] = [];
  const streams = new Map<string, Stream>();
  for (let at = PCAP_HEADER; at + RECORD_HEADER <= file.length; ) {
    const time = file.readUInt32LE(at) + file.readUInt32LE(at + 4) / 1e6;
    const length = file.readUInt32LE(at + 8);
    const ip = file.subarray(at + RECORD_HEADER + ETHERNET, at + RECORD_HEADER + length);
    at += RECORD_HEADER + length;
    if (ip.length < 28 || ip.readUInt8(0) >> 4 !== 4) continue;
    const segment = ip.subarray((ip.readUInt8(0) & 15) * 4, ip.readUInt16BE(2));
    const [from, to] = [segment.readUInt16BE(0), segment.readUInt16BE(2)];
    if (from !== port && to !== port) continue;
    if (ip[9] === 17) {
      packets.push({ time, transport: 'UDP', from, to, text: segment.toString('utf8', 8) });
    } else if (ip[9] === 6) {
      const key = `${from}>${to}`;
      const stream = streams.get(key) ?? new Stream();
      streams.set(key, stream);
      for (const text of stream.read(segment)) {
        packets.push({ time, transport: 'TCP', from, to, text });
      }
    }
  }
  return packets
    .filter((packet) => /^[A-Z]+[ /]/.test(packet.text))
    .sort((a, b) => a.time - b.time);
}

/** One direction of a TCP connection; segments are in order on the loopback interface. */
class Stream {
  #next: number | undefined;
  #text = '';

  /** The messages that this segment completes (RFC 3261 §18.3: framed by Content-Length). */
  read(segment: Buffer): string[] {
    const sequence = segment.readUInt32BE(4);
    const syn = (segment.readUInt8(13) & 2) !== 0;
    const data = segment.subarray((segment.readUInt8(12) >> 4) * 4);
    if (syn) {
      this.#next = (sequence + 1) >>> 0;
      this.#text = '';
      return [];
    }
    if (data.length === 0 || (this.#next !== undefined && sequence !== this.#next)) return [];
    this.#next = (sequence + data.length) >>> 0;
    this.#text = (this.#text + data.toString('latin1')).replace(/^(\r\n)+/, '');
    const messages: string[] = [];
    for (;;) {
      const head = this.#text.indexOf('\r\n\r\n');
      if (head < 0) return messages;
      const body = Number(/^(?:content-length|l)\s*:\s*(\d+)/im.exec(this.#text)?.[1] ?? 0);
      if (this.#text.length < head + 4 + body) return messages;
      messages.push(this.#text.slice(0, head + 4 + body));
      this.#text = this.#text.slice(head + 4 + body).replace(/^(\r\n)+/, '');
    }
  }
}
