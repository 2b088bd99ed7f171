/** What can be set about the edge, checked before Kamailio sees it. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, isIP } from 'node:net';

/** NANP's (`*72`), and 3GPP's (TS 22.030 §6.5.2), whose `#` phones send as it is or escaped. */
const FEATURE_CODES = ['[*][0-9][0-9]', '([*]|[#]|%23){1,2}(21|61|62|67|002|004)'].join('|');

/** Something the user can put right; the message says how. */
export class EdgeError extends Error {}

export interface EdgeSettings {
  /** IP addresses of this machine. */
  readonly listen: readonly string[];
  readonly port: number;
  /** SIP over TLS and, for browsers, WSS; undefined: neither. */
  readonly tlsPort?: number | undefined;
  /** A PEM file with certificate and key; undefined: one of its own, self-signed. */
  readonly certificate?: string | undefined;
  /** The host that others reach this machine at, where that is not one of its addresses. */
  readonly advertise?: string | undefined;
  /** A file with the phones' passwords; undefined: whoever says so is that user. */
  readonly passwords?: string | undefined;
  /** A PEM file of those whose signature counts on Divert's certificate; undefined: this system's. */
  readonly authorities?: string | undefined;
  /** Where Divert is, at most three, in the order in which they are asked. */
  readonly urls: readonly string[];
  readonly key: string;
  /** Seconds that a URL has to answer in; undefined: as divert.cfg has it. */
  readonly answersIn?: number | undefined;
  /** SIP domains served here. */
  readonly domains: readonly string[];
  /** How Divert is asked; undefined: the best way there is. */
  readonly client?: 'http_async_client' | 'packages' | undefined;
  /** `redirect`: answers to INVITEs of an SBC with 302, 404 or 603, and has no phones of its own. */
  readonly mode: 'proxy' | 'plain' | 'redirect';
  /** Source addresses whose callers do not follow a 302: the edge does it for them. */
  readonly followFor: readonly string[];
  /** Source addresses of emergency centres, whose calls may be marked as call-backs (RFC 7090). */
  readonly psapCallbacks: readonly string[];
  /** `host:port` of a gateway for the numbers outside that Divert sends calls to; undefined: there is none. */
  readonly gateway?: string | undefined;
  /** A socket for `kamcmd`, in a folder that the user it runs as may write to; undefined: there is none. */
  readonly control?: string | undefined;
  /** A regular expression for how feature codes begin; undefined: there are none. */
  readonly featureCodes?: string | undefined;
  /** MiB that all calls share; without any left, calls get 500. */
  readonly memory: number;
}

/** Throws EdgeError where a variable is not usable. */
export function readSettings(env: NodeJS.ProcessEnv): EdgeSettings {
  const port = portOf(env, 'EDGE_PORT') ?? 5060;
  const tlsPort = portOf(env, 'EDGE_TLS_PORT');
  if (tlsPort === port) throw new EdgeError('EDGE_TLS_PORT: not the same as EDGE_PORT');
  const listen = addresses(env, 'EDGE_LISTEN');
  if (listen.length === 0) listen.push('127.0.0.1');
  const any = listen.find((address) => /^[0:.]+$/.test(address));
  if (any !== undefined) {
    throw new EdgeError(
      `EDGE_LISTEN: name this machine's addresses, separated by commas: ${any} is none`,
    );
  }
  const passwords = env.EDGE_PASSWORDS || undefined;
  const outside = listen.find((address) => !/^127[.]|^::1$/.test(address));
  if (outside !== undefined && passwords === undefined) {
    throw new EdgeError(
      `EDGE_LISTEN: on ${outside} anybody could call and be called: set EDGE_PASSWORDS`,
    );
  }
  const advertise = env.EDGE_ADVERTISE || undefined;
  if (advertise && !/^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])$/.test(advertise)) {
    throw new EdgeError(`EDGE_ADVERTISE: a host name or address, not ${advertise}`);
  }
  const urls = (env.DIVERT_URL || `http://127.0.0.1:${env.PORT || 3000}`)
    .split(',')
    .map((url) => url.trim().replace(/\/+$/, ''));
  for (const url of urls) {
    if (!/^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._~/-]*)?$/.test(url)) {
      throw new EdgeError(`DIVERT_URL: not an http or https URL: ${url}`);
    }
  }
  if (urls.length > 3) throw new EdgeError(`DIVERT_URL: at most three, not ${urls.length}`);
  const key = env.DIVERT_KEY ?? 'local-key';
  // RFC 6750 §2.1. Kamailio's http_client has room for 200 characters.
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(key) || key.length > 200) {
    throw new EdgeError('DIVERT_KEY: a bearer key is at most 200 letters, digits and ._~+/-');
  }
  const answersIn = env.DIVERT_ANSWERS_IN ? Number(env.DIVERT_ANSWERS_IN) : undefined;
  if (answersIn !== undefined && !/^([1-9]|10)$/.test(String(answersIn))) {
    throw new EdgeError(`DIVERT_ANSWERS_IN: seconds from 1 to 10, not ${env.DIVERT_ANSWERS_IN}`);
  }
  const domains = (env.EDGE_DOMAINS ?? 'example.com').split(',').map((domain) => domain.trim());
  const bad = domains.find((domain) => !/^[A-Za-z0-9.-]+$/.test(domain));
  if (bad !== undefined) throw new EdgeError(`EDGE_DOMAINS: not a domain: "${bad}"`);
  const client = env.EDGE_CLIENT || undefined;
  if (client !== undefined && client !== 'http_async_client' && client !== 'packages') {
    throw new EdgeError(`EDGE_CLIENT: http_async_client or packages, not ${client}`);
  }
  const mode = env.EDGE_MODE || 'proxy';
  if (mode !== 'proxy' && mode !== 'plain' && mode !== 'redirect') {
    throw new EdgeError(`EDGE_MODE: proxy, plain or redirect, not ${mode}`);
  }
  const followFor = addresses(env, 'FOLLOW_FOR');
  const psapCallbacks = addresses(env, 'PSAP_CALLBACKS');
  const gateway = env.EDGE_GATEWAY || undefined;
  if (gateway && !/^[A-Za-z0-9.-]+:\d{1,5}$/.test(gateway)) {
    throw new EdgeError(`EDGE_GATEWAY: host:port, not ${gateway}`);
  }
  const control = env.EDGE_CONTROL || undefined;
  if (control && !/^[A-Za-z0-9._/-]+$/.test(control)) {
    throw new EdgeError(`EDGE_CONTROL: a path of letters, digits and ._/-, not ${control}`);
  }
  // A redirect server has no subscribers who could dial a code.
  const featureCodes =
    mode === 'proxy' ? (env.FEATURE_CODES ?? FEATURE_CODES) || undefined : undefined;
  if (featureCodes && !/^[^\s\\"!]+$/.test(featureCodes)) {
    throw new EdgeError(`FEATURE_CODES: spaces, \\, " and ! cannot be used: ${featureCodes}`);
  }
  const memory = Number(env.EDGE_MEMORY || 256);
  if (!Number.isInteger(memory) || memory < 8 || memory > 65_536) {
    throw new EdgeError(`EDGE_MEMORY: MiB from 8 to 65536, not ${env.EDGE_MEMORY}`);
  }
  return {
    listen,
    port,
    tlsPort,
    certificate: env.EDGE_CERTIFICATE || undefined,
    advertise,
    passwords,
    authorities: env.DIVERT_AUTHORITIES || undefined,
    urls,
    key,
    answersIn,
    domains,
    client,
    mode,
    followFor,
    psapCallbacks,
    gateway,
    control,
    featureCodes,
    memory,
  };
}

function addresses(env: NodeJS.ProcessEnv, name: string): string[] {
  const list = (env[name] ?? '').split(',').flatMap((text) => text.trim() || []);
  const unreadable = list.find((address) => !isIP(address));
  if (unreadable !== undefined) throw new EdgeError(`${name}: not an IP address: ${unreadable}`);
  return list;
}

function portOf(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new EdgeError(`${name}: not a port: ${text}`);
  }
  return port;
}

/** Throws EdgeError where nobody knows that host: Kamailio looks it up when it starts. */
export async function knownHost(name: string, host: string): Promise<void> {
  try {
    await lookup(host.replace(/^\[|\]$/g, ''));
  } catch {
    throw new EdgeError(`${name}: ${host} cannot be looked up on this machine`);
  }
}

/** Throws EdgeError where UDP or TCP of one of these addresses has something on that port. */
export async function freePort(
  name: string,
  port: number,
  listen: readonly string[],
): Promise<void> {
  for (const address of listen) {
    const udp = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
    const tcp = createServer();
    try {
      udp.bind(port, address);
      await once(udp, 'listening');
      tcp.listen(port, address);
      await once(tcp, 'listening');
    } catch (error) {
      if ((error as { code?: string }).code === 'EADDRNOTAVAIL') {
        throw new EdgeError(`EDGE_LISTEN: ${address} is no address of this machine`);
      }
      throw new EdgeError(`port ${port} of ${address} is in use; choose another with ${name}`);
    } finally {
      udp.close();
      tcp.close();
    }
  }
}
