/** What running a real SIP program against the webhook needs: the webhook, a caller, and B. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { route } from '../../functions/answer/route.ts';
import { serve } from '../../functions/dialects/serve.ts';
import type { Call } from './conformance.ts';
import { invite } from './sip.ts';
import { CALLED, world } from './world.ts';

/** Where a program is: an environment variable says, else PATH. Undefined where it is not. */
export function findProgram(name: string): string | undefined {
  const path = process.env[`DIVERT_TEST_${name.toUpperCase()}`];
  if (path !== undefined) return path;
  const found = spawnSync('sh', ['-c', `command -v ${name}`]);
  return found.status === 0 ? found.stdout.toString().trim() : undefined;
}

/** Native webhook and dialects over HTTP, on the rules of `world`. */
export async function startWebhook(change: Parameters<typeof world>[0] = {}) {
  const { options, log } = world(change);
  const server = createServer(async (message, response) => {
    const body = Buffer.concat(await message.toArray()).toString();
    const [path = '', query = ''] = (message.url ?? '').split('?');
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, [value].flat().join(',')]),
    );
    const http = { method: message.method ?? '', path, query, headers, body };
    const answered =
      path === '/v1/route' ? await route(http, options.answerer) : await serve(http, options);
    response.writeHead(answered.status, answered.headers);
    response.end(answered.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    log,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A message's headers, long names in lower case, in order. */
export function headersOf(message: string): [name: string, value: string][] {
  const [, ...lines] = (message.split('\r\n\r\n')[0] ?? '').split('\r\n');
  return lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
}
export function values(message: string, name: string): string[] {
  return headersOf(message)
    .filter(([found]) => found === name)
    .map(([, value]) => value);
}

async function udp(port = 0): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 0',
  '',
].join('\r\n');
/** FreeSWITCH refuses an INVITE without one. */
const OFFER = `Content-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`;

/**
 * Calls over UDP and acknowledges the final response (RFC 3261 §17.1.1.3 for a failure).
 *
 * @returns it; undefined where none came in time
 */
export async function call(
  port: number,
  asked: Call,
  user = CALLED[asked.called].user as string,
  params = '',
): Promise<string | undefined> {
  const socket = await udp();
  const branch = `z9hG4bK${randomUUID()}`;
  const own = `127.0.0.1:${socket.address().port}`;
  const text = invite({ callId: randomUUID(), ...asked }, `sip:${user}@example.com${params}`)
    .replace(/^Via: .*$/m, `Via: SIP/2.0/UDP ${own};rport;branch=${branch}`)
    .replace(/^Contact: .*$/m, `Contact: <sip:alice@${own}>`)
    .replace(/Content-Length: 0\r\n\r\n$/, OFFER);
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(resolve, 15_000, undefined);
      socket.on('message', (data) => {
        const response = data.toString();
        if (!/^SIP\/2\.0 [2-6]/.test(response)) return;
        clearTimeout(timer);
        const [uri] = /(?<=INVITE )\S+/.exec(text) ?? [''];
        const same = headersOf(text).filter(([name]) =>
          ['via', 'f', 'i', 'max-forwards'].includes(name),
        );
        const ack = [
          `ACK ${uri} SIP/2.0`,
          ...same.map(([name, value]) => `${name}: ${value}`),
          `To: ${values(response, 'to')[0] ?? ''}`,
          'CSeq: 314159 ACK',
          'Content-Length: 0\r\n\r\n',
        ];
        socket.send(ack.join('\r\n'), port, '127.0.0.1', () => resolve(response));
      });
      socket.send(text, port, '127.0.0.1');
    });
  } finally {
    socket.close();
  }
}

/** A phone: it answers each INVITE as told, one response after the other, and a CANCEL. */
export class Phone {
  readonly invites: string[] = [];
  readonly cancels: string[] = [];
  readonly #socket: Socket;
  readonly #script: (user: string) => readonly string[];

  private constructor(socket: Socket, script: (user: string) => readonly string[]) {
    this.#socket = socket;
    this.#script = script;
    socket.on('message', (data, from) => this.#answer(data.toString(), from));
  }

  /** @param script status lines for the called user: `180 Ringing`, `486 Busy Here` */
  static async start(script: (user: string) => readonly string[]): Promise<Phone> {
    return new Phone(await udp(), script);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  stop(): void {
    this.#socket.close();
  }

  #answer(request: string, from: RemoteInfo): void {
    const send = (line: string, of = request) => {
      const copied = headersOf(of).filter(([name]) =>
        ['via', 'from', 'f', 'call-id', 'i', 'cseq', 'record-route'].includes(name),
      );
      const [status = '', ...more] = line.split('\n');
      const to = values(of, 'to')[0] ?? values(of, 't')[0];
      const answers = status.startsWith('200') && of.startsWith('INVITE ');
      const response = [
        `SIP/2.0 ${status}`,
        ...copied.map(([name, value]) => `${name}: ${value}`),
        `To: ${to}${/;tag=/.test(to ?? '') ? '' : ';tag=b'}`,
        ...more,
        ...(answers ? [`Contact: <sip:phone@127.0.0.1:${this.port}>`] : []),
        answers ? OFFER : 'Content-Length: 0\r\n\r\n',
      ];
      this.#socket.send(response.join('\r\n'), from.port, from.address);
    };
    if (request.startsWith('CANCEL ')) {
      this.cancels.push(request);
      send('200 OK');
      const [callId] = values(request, 'call-id');
      const invited = this.invites.findLast((text) => values(text, 'call-id')[0] === callId);
      if (invited !== undefined) send('487 Request Terminated', invited);
    }
    if (request.startsWith('BYE ')) send('200 OK');
    if (!request.startsWith('INVITE ')) return;
    this.invites.push(request);
    const user = /^INVITE sips?:([^@;]+)/.exec(request)?.[1] ?? '';
    for (const line of this.#script(user)) send(line);
  }
}

/** A program that is ended with the test, by its id. */
export function run(
  file: string,
  args: readonly string[],
): { process: ChildProcess; stop(): Promise<void> } {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  return {
    process: child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Waits until an OPTIONS or anything else is answered at a UDP port. */
export async function untilAnswers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = await udp();
    const answered = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, 200, false);
      socket.once('message', () => {
        clearTimeout(timer);
        resolve(true);
      });
      const own = `127.0.0.1:${socket.address().port}`;
      const options = invite({ called: 'plain', callId: randomUUID() })
        .replaceAll('INVITE', 'OPTIONS')
        .replace('Max-Forwards: 70', 'Max-Forwards: 0') // Nobody is to pass it on.
        .replace(/^Via: .*$/m, `Via: SIP/2.0/UDP ${own};rport;branch=z9hG4bK${randomUUID()}`)
        .replace('OPTIONS sip:frank@example.com', `OPTIONS sip:127.0.0.1:${port}`);
      socket.send(options, port, '127.0.0.1');
    });
    socket.close();
    if (answered) return;
  }
  throw new Error(`nothing answers at UDP port ${port}`);
}
