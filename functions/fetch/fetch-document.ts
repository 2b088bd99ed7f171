import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { TLSSocket } from 'node:tls';
import { createGunzip } from 'node:zlib';
import { addressFault } from './address.ts';
import { INTERNET, type Network } from './network.ts';
import { privateAddress } from './public-address.ts';

/** What tells one version of a document from another (RFC 9110 §8.8). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export type Fetched =
  | { readonly is: 'unchanged' }
  | ({ readonly is: 'new'; readonly body: Uint8Array } & Validators);

/**
 * Gets a document from an address that people wrote. `known`: what there is of it already.
 *
 * @throws {FetchFailure}
 */
export type Fetch = (address: string, known?: Validators) => Promise<Fetched>;

/** Why a document could not be fetched, in words that go after its address. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';
}

export interface Limits {
  /** Bytes, decompressed; as many may come over the wire. */
  readonly bytes: number;
  /** For everything together. */
  readonly milliseconds: number;
  readonly redirects: number;
}

const LIMITS: Limits = { bytes: 2 << 20, milliseconds: 10_000, redirects: 3 };

/**
 * A fetch that nobody can turn against the network it runs in: the addresses of each hop are judged,
 * and what was judged is connected to, so that a name which means something else a moment later
 * (DNS rebinding) gains nothing. Proxies that the environment names are not used.
 */
export function createFetch(network: Network, limits: Limits = LIMITS): Fetch {
  return async (address, known = {}) => {
    const signal = AbortSignal.timeout(limits.milliseconds);
    try {
      return await follow(address, known, { network, limits, signal });
    } catch (error) {
      if (error instanceof FetchFailure) throw error;
      if (signal.aborted)
        throw new FetchFailure(`takes longer than ${limits.milliseconds / 1000} s`);
      throw new FetchFailure(`can't be read (${reasonOf(error)})`);
    }
  };
}

/** From the internet. */
export const fetchDocument: Fetch = createFetch(INTERNET);

interface Attempt {
  readonly network: Network;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

async function follow(first: string, known: Validators, attempt: Attempt): Promise<Fetched> {
  let address = first;
  for (let hop = 0; hop <= attempt.limits.redirects; hop++) {
    const fault = addressFault(address);
    if (fault !== undefined) throw new FetchFailure(hop === 0 ? fault : `leads to what ${fault}`);
    const url = new URL(address);
    const socket = await connectTo(url, attempt);
    try {
      const response = await get(url, socket, known, attempt.signal);
      const { statusCode = 0, headers } = response;
      if (statusCode === 304 && (known.etag ?? known.lastModified) !== undefined) {
        return { is: 'unchanged' };
      }
      if (statusCode === 200) {
        return {
          is: 'new',
          body: await readBody(response, attempt),
          ...(headers.etag !== undefined && { etag: headers.etag }),
          ...(headers['last-modified'] !== undefined && { lastModified: headers['last-modified'] }),
        };
      }
      if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) {
        throw new FetchFailure(`answers ${statusCode}`);
      }
      if (!URL.canParse(headers.location, address)) throw new FetchFailure('leads to no address');
      address = new URL(headers.location, address).href;
    } finally {
      socket.destroy();
    }
  }
  throw new FetchFailure(`leads on more than ${attempt.limits.redirects} times`);
}

/** A connection to the first address of a host that answers, if all of them are public. */
async function connectTo(url: URL, { network, signal }: Attempt): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolved(host, network, signal) : [host];
  const own = network.own();
  for (const address of addresses) {
    const kind = privateAddress(address, own);
    if (kind !== undefined) throw new FetchFailure(`is at ${address}, which is ${kind} address`);
  }
  let failure: unknown = new Error('no address');
  for (const address of addresses) {
    const socket = network.connect(address, host);
    try {
      await once(socket, 'secureConnect', { signal });
      return socket;
    } catch (error) {
      failure = error;
      socket.on('error', () => {}).destroy();
      if (signal.aborted) break;
    }
  }
  throw failure;
}

async function resolved(
  host: string,
  { resolve }: Network,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([resolve(host), aborted]);
}

async function get(
  url: URL,
  socket: TLSSocket,
  { etag, lastModified }: Validators,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const asked = request(url, {
    createConnection: () => socket,
    defaultPort: 443,
    signal,
    headers: {
      accept: 'text/calendar, */*;q=0.1',
      'accept-encoding': 'gzip',
      'user-agent': 'divert',
      ...(etag !== undefined && { 'if-none-match': etag }),
      ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
    },
  });
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
  // What goes wrong later is told by whoever reads the body.
  asked.on('error', () => {}).end();
  const [response] = await answered;
  return response;
}

async function readBody(
  response: IncomingMessage,
  { limits: { bytes }, signal }: Attempt,
): Promise<Uint8Array> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  const parts: Buffer[] = [];
  const atMost = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let size = 0;
    for await (const part of source) {
      size += part.length;
      if (size > bytes) throw new FetchFailure(`is larger than ${bytes >> 20} MB`);
      yield part;
    }
  };
  const keep = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const part of source) parts.push(part);
  };
  if (encoding === 'identity') await pipeline(response, atMost, keep, { signal });
  else if (/^(?:x-)?gzip$/i.test(encoding)) {
    await pipeline(response, atMost, createGunzip(), atMost, keep, { signal });
  } else throw new FetchFailure(`answers in an encoding that was not asked for, ${encoding}`);
  return Buffer.concat(parts);
}

/** A system's code where there is one, as `ECONNREFUSED`, or the error's words. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
