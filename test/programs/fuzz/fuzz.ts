import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import type { Asked, Gateway } from '../soak/gateway.ts';
import { rawFrom, requestsFrom } from './requests.ts';
import { validRequests } from './valid.ts';

export interface Fuzzed {
  readonly requests: number;
  /** How many got which status; `-` is raw bytes that are no HTTP. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that were answered with 5xx or not at all, and how. */
  readonly faults: readonly string[];
  /** Bytes of the server's heap, warm and at the end. */
  readonly heap: readonly [number, number];
}

const AT_ONCE = 16;
/** One in so many is raw. */
const RAW = 10;
const BATCH = 2_000;

/** Sends so many requests; the same seed sends the same ones. */
export async function fuzz(
  gateway: Gateway,
  requests: number,
  seed: number,
  onBatch: (sent: number, heap: number) => void = () => {},
): Promise<Fuzzed> {
  const admin = await gateway.token({
    ...{ sub: 'fuzz', 'divert:role': 'admin', 'divert:domains': ['*'] },
  });
  const valid = validRequests(admin);
  const [whole, raw] = [requestsFrom(valid), rawFrom(valid)];
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let warm = 0;
  let heap = 0;
  for (let sent = 0; sent < requests; ) {
    const count = Math.min(BATCH, requests - sent);
    const options = { seed: seed + sent, numRuns: Math.ceil(count / RAW) };
    const bytes = fc.sample(raw, options);
    const asked = fc.sample(whole, { ...options, numRuns: count - bytes.length });
    const work = [
      ...asked.map((one) => () => ask(gateway, one)),
      ...bytes.map((one) => () => askRaw(gateway.port, one)),
    ];
    const worker = async () => {
      for (let next = work.pop(); next; next = work.pop()) {
        const { status, fault } = await next();
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (fault !== undefined) faults.push(fault);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    sent += count;
    ({ heap } = await gateway.usage());
    if (sent <= Math.max(BATCH, requests / 4)) warm = heap;
    onBatch(sent, heap);
  }
  return { requests, statuses, faults, heap: [warm, heap] };
}

interface Ended {
  readonly status: string;
  readonly fault?: string;
}

async function ask(gateway: Gateway, asked: Asked): Promise<Ended> {
  const { body = '', ...rest } = asked;
  const shown = () => `${JSON.stringify(rest)} ${JSON.stringify(body.toString()).slice(0, 2_000)}`;
  try {
    const { status } = await gateway.send(asked);
    // Not to switch a feature while the store fails is said with 503, and the store is well here.
    return { status: String(status), ...(status >= 500 && { fault: `${status}: ${shown()}` }) };
  } catch (error) {
    return { status: 'none', fault: `${error}: ${shown()}` };
  }
}

/** Sends bytes and no more: the server answers or closes, and does not wait for ever. */
async function askRaw(port: number, bytes: Buffer): Promise<Ended> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
  socket.setEncoding('latin1').on('data', (data: string) => {
    answer += data;
  });
  socket.end(bytes);
  try {
    await once(socket, 'close');
  } catch (error) {
    // Cut off in the middle of what it sent: a server may do that with what is no HTTP.
    const reset = ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (!reset) return { status: 'none', fault: `${error}: raw ${bytes.toString('base64')}` };
  }
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? '-';
  return {
    status,
    ...(status >= '500' && { fault: `${status}: raw ${bytes.toString('base64')}` }),
  };
}
