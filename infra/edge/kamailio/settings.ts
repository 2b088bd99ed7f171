/** What can be set about the edge, checked before Kamailio sees it. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIP } from 'node:net';

/** Something the user can put right; the message says how. */
export class EdgeError extends Error {}

export interface EdgeSettings {
  readonly port: number;
  /** Where Divert is, at most three, in the order in which they are asked. */
  readonly urls: readonly string[];
  readonly key: string;
  /** SIP domains served here. */
  readonly domains: readonly string[];
  /** How Divert is asked; undefined: the best way there is. */
  readonly client?: 'http_async_client' | 'packages' | undefined;
  /** `redirect`: answers to INVITEs of an SBC with 302, 404 or 603, and has no phones of its own. */
  readonly mode: 'proxy' | 'redirect';
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
  const port = Number(env.EDGE_PORT ?? 5060);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new EdgeError(`EDGE_PORT: not a port: ${env.EDGE_PORT}`);
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
  const domains = (env.EDGE_DOMAINS ?? 'example.com').split(',').map((domain) => domain.trim());
  const bad = domains.find((domain) => !/^[A-Za-z0-9.-]+$/.test(domain));
  if (bad !== undefined) throw new EdgeError(`EDGE_DOMAINS: not a domain: "${bad}"`);
  const client = env.EDGE_CLIENT || undefined;
  if (client !== undefined && client !== 'http_async_client' && client !== 'packages') {
    throw new EdgeError(`EDGE_CLIENT: http_async_client or packages, not ${client}`);
  }
  const mode = env.EDGE_MODE || 'proxy';
  if (mode !== 'proxy' && mode !== 'redirect') {
    throw new EdgeError(`EDGE_MODE: proxy or redirect, not ${mode}`);
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
    mode === 'proxy' ? (env.FEATURE_CODES ?? '[*][0-9][0-9]') || undefined : undefined;
  if (featureCodes && !/^[^\s\\"!]+$/.test(featureCodes)) {
    throw new EdgeError(`FEATURE_CODES: spaces, \\, " and ! cannot be used: ${featureCodes}`);
  }
  const memory = Number(env.EDGE_MEMORY || 256);
  if (!Number.isInteger(memory) || memory < 8 || memory > 65_536) {
    throw new EdgeError(`EDGE_MEMORY: MiB from 8 to 65536, not ${env.EDGE_MEMORY}`);
  }
  return {
    port,
    urls,
    key,
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

/** For a regular expression; a backslash would have to pass Kamailio's own strings. */
const escapeDots = (text: string) => text.replaceAll('.', '[.]');

/** Kamailio's first file: the settings, then the configuration itself. */
export function settingsFile(
  settings: EdgeSettings,
  asyncModule: string | undefined,
  configuration: string,
): string {
  const values = {
    EDGE_PORT: settings.port,
    DIVERT_URL: settings.urls[0],
    ...(settings.urls[1] ? { DIVERT_SECOND_URL: settings.urls[1] } : {}),
    ...(settings.urls[2] ? { DIVERT_THIRD_URL: settings.urls[2] } : {}),
    DIVERT_KEY: settings.key,
    DIVERT_DOMAINS: settings.domains.map(escapeDots).join('|'),
    DIVERT_SELF: `sip:127.0.0.1:${settings.port}`,
    ...(asyncModule ? { DIVERT_HTTP_ASYNC: asyncModule } : {}),
    ...(settings.followFor.length > 0
      ? { DIVERT_FOLLOW_FOR: settings.followFor.map(escapeDots).join('|') }
      : {}),
    ...(settings.psapCallbacks.length > 0
      ? { DIVERT_PSAP_CALLBACKS: settings.psapCallbacks.map(escapeDots).join('|') }
      : {}),
    ...(settings.gateway ? { EDGE_GATEWAY: settings.gateway } : {}),
    ...(settings.control ? { EDGE_CONTROL: settings.control } : {}),
    ...(settings.featureCodes ? { DIVERT_FEATURE_CODES: settings.featureCodes } : {}),
    ...(settings.mode === 'redirect' ? { DIVERT_REDIRECT_SERVER: 'yes' } : {}),
  };
  const lines = Object.entries(values).map(([name, value]) => `#!substdef "!${name}!${value}!g"`);
  return ['#!KAMAILIO', ...lines, `include_file "${configuration}"`, ''].join('\n');
}

/** Throws EdgeError where UDP or TCP of 127.0.0.1 has something on that port. */
export async function freePort(port: number): Promise<void> {
  const udp = createSocket('udp4');
  const tcp = createServer();
  try {
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');
    tcp.listen(port, '127.0.0.1');
    await once(tcp, 'listening');
  } catch {
    throw new EdgeError(`port ${port} of 127.0.0.1 is in use; choose another with EDGE_PORT`);
  } finally {
    udp.close();
    tcp.close();
  }
}
