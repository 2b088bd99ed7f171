import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { dialledIn } from '../../toll/dialled.ts';
import { type Allowed, whatAGatewayMinds } from '../../toll/gateway.ts';
import type { Asked, Gateway } from '../soak/gateway.ts';
import { rawFrom, requestsFrom } from './requests.ts';
import { tollFrom } from './toll.ts';
import { validRequests } from './valid.ts';

export interface Fuzzed {
  readonly requests: number;
  /** How many got which status; `-` is raw bytes that are no HTTP. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that were answered with 5xx or not at all, or whose answer dials what is not allowed. */
  readonly faults: readonly string[];
  /** How many places to call were judged by what a gateway would dial of them. */
  readonly dialled: number;
  /** Bytes of the server's heap, warm and at the end. */
  readonly heap: readonly [number, number];
}

const AT_ONCE = 16;
/** After this the functions that write give up and say so, as on a machine that is too busy. */
const LATE_MS = 4_000;
/** One in so many is raw, and one has a number in it that somebody wants dialled. */
const RAW = 10;
const TOLL = 3;
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
  const [whole, raw, toll] = [requestsFrom(valid), rawFrom(valid), tollFrom(admin)];
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let dialled = 0;
  let warm = 0;
  let heap = 0;
  const alone = inTurn();
  for (let sent = 0; sent < requests; ) {
    const count = Math.min(BATCH, requests - sent);
    const options = { seed: seed + sent, numRuns: Math.ceil(count / RAW) };
    const bytes = fc.sample(raw, options);
    const numbers = fc.sample(toll, { ...options, numRuns: Math.ceil(count / TOLL) });
    const others = count - bytes.length - numbers.length;
    const asked = fc.sample(whole, { ...options, numRuns: others });
    const ofToll = new Set(numbers);
    const work = [
      ...mixed(asked, numbers).map((one) => () => {
        // One record changed by sixteen at once is given up, which is no fault.
        const writes = ofToll.has(one) && /feature|subscribers/.test(one.path);
        return writes ? alone(() => ask(gateway, one)) : ask(gateway, one);
      }),
      ...bytes.map((one) => () => askRaw(gateway.port, one)),
    ];
    const worker = async () => {
      for (let next = work.pop(); next; next = work.pop()) {
        const { status, fault, calls = 0 } = await next();
        statuses[status] = (statuses[status] ?? 0) + 1;
        dialled += calls;
        if (fault !== undefined) faults.push(fault);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    sent += count;
    ({ heap } = await gateway.usage());
    if (sent <= Math.max(BATCH, requests / 4)) warm = heap;
    onBatch(sent, heap);
  }
  return { requests, statuses, faults, dialled, heap: [warm, heap] };
}

/** In turns, so that what is written by one is met by others. */
function mixed(some: readonly Asked[], others: readonly Asked[]): Asked[] {
  const every = Math.max(1, Math.floor(some.length / Math.max(others.length, 1)));
  const mixed = some.flatMap((one, i) => {
    const other = i % every === 0 ? others[i / every] : undefined;
    return other === undefined ? [one] : [one, other];
  });
  return [...mixed, ...others.slice(Math.ceil(some.length / every))];
}

/** Runs what it is given one after the other. */
function inTurn(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const result = last.then(run);
    last = result.catch(() => {});
    return result;
  };
}

interface Ended {
  readonly status: string;
  readonly fault?: string;
  /** How many places its answer says to call. */
  readonly calls?: number;
}

/** What the example's rules let calls go to, and whom these requests add. */
const ALLOWED: Allowed = {
  domain: 'example.com',
  code: '49',
  users: ['alice', 'bob', 'carol', 'dave', 'voicemail', '1002', '1003'],
  extension: /^1\d{3}$/,
};

/** What is wrong with where an answer has calls sent. */
function judged(path: string, body: string, deflected: boolean): Pick<Ended, 'calls' | 'fault'> {
  const [, door, dialect] = /^\/v1\/(?:(feature)|route(?:\/([a-z]+))?)(?:[/?]|$)/.exec(path) ?? [];
  if (!/^\/v1\/(?:feature|route)/.test(path)) return {};
  const dialled = dialledIn(door ?? dialect ?? 'route', body, ALLOWED.domain);
  const wrong = dialled
    // A rule may name a port of the domain; a phone's own 3xx may not.
    .map((one) => (deflected ? one : one.replace(/(@example\.com):\d+/, '$1')))
    .map((one) => whatAGatewayMinds(one, ALLOWED))
    .find((one) => one);
  return { calls: dialled.length, ...(wrong && { fault: wrong }) };
}

async function ask(gateway: Gateway, asked: Asked): Promise<Ended> {
  const { body = '', ...rest } = asked;
  const began = performance.now();
  const shown = () => `${JSON.stringify(rest)} ${JSON.stringify(body.toString()).slice(0, 2_000)}`;
  try {
    const { status, body: answer } = await gateway.send(asked);
    // That a feature was not switched is said with 503: here only where there was no time for it.
    const late = status === 503 && performance.now() - began > LATE_MS;
    if (late && asked.path.startsWith('/v1/feature')) return { status: '503 late' };
    if (status >= 500) {
      return { status: String(status), fault: `${status} ${answer.slice(0, 300)}: ${shown()}` };
    }
    if (status !== 200 || asked.method === 'HEAD') return { status: String(status) };
    const deflected = body.includes('"contacts"');
    const { calls = 0, fault } = judged(asked.path, answer, deflected);
    return { status: '200', calls, ...(fault && { fault: `${fault}: ${shown()}` }) };
  } catch (error) {
    return { status: 'none', fault: `${error}: ${shown()}` };
  }
}

/** Sends bytes and no more: the server answers or closes, and does not wait for ever. */
async function askRaw(port: number, bytes: Buffer): Promise<Ended> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setTimeout(90_000, () => socket.destroy(new Error('no answer')));
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
