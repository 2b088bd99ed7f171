/** What the SIP tests need of Debian 12, and how it gets there: once, before any of them starts. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { buildAsyncClient } from '../../infra/edge/kamailio/build.ts';
import {
  asyncClient,
  KAMAILIO,
  missingModules,
  PACKAGES,
} from '../../infra/edge/kamailio/debian.ts';

/** The browser of the console's tests, and a browser phone's. */
export const CHROMIUM = '/usr/bin/chromium';

/** A file of each package that is needed beside Kamailio's own. */
const BESIDE: Readonly<Record<string, string>> = {
  'sip-tester': '/usr/bin/sipp',
  tcpdump: '/usr/bin/tcpdump',
  'linphone-cli': '/usr/bin/linphonec',
  'baresip-core': '/usr/bin/baresip',
  chromium: CHROMIUM,
  openssl: '/usr/bin/openssl',
  // Kamailio looks up the number of TCP there.
  netbase: '/etc/protocols',
  // The documents' commands are run as they stand.
  curl: '/usr/bin/curl',
};

/** Why something cannot be tested here, each with what to do; absent: it can. */
export interface Lacking {
  readonly sip?: string;
  readonly asyncClient?: string;
}

/** The packages that are not installed. */
export function missingPackages(): string[] {
  const kamailio = existsSync(KAMAILIO) && missingModules().length === 0 ? [] : PACKAGES;
  return [...kamailio, ...Object.keys(BESIDE).filter((name) => !existsSync(BESIDE[name] ?? ''))];
}

/** As root, installs `packages`; else, or where that fails, tells why they are not there. */
export async function install(
  packages: readonly string[],
  as: { readonly root: boolean; readonly aptGet: string; readonly missing: () => string[] } = {
    root: process.getuid?.() === 0,
    aptGet: 'apt-get',
    missing: missingPackages,
  },
): Promise<string | undefined> {
  if (packages.length === 0) return undefined;
  const command = ['install', '-y', '--no-install-recommends'];
  if (process.platform !== 'linux') {
    return `these tests run on Debian 12 only (they need ${packages.join(', ')})`;
  }
  const byHand = `sudo apt-get ${[...command, ...packages].join(' ')}`;
  if (!as.root) return `these tests need Debian packages: ${byHand}`;
  const updated = await apt(as.aptGet, ['update']);
  const installed = await apt(as.aptGet, [...command, ...packages]);
  const missing = as.missing();
  if (missing.length === 0) return undefined;
  const said = [updated, installed].filter((text) => text !== '').join('\n');
  return `these tests need Debian packages, and they could not be installed (${byHand}):\n${said || `still missing: ${missing.join(', ')}`}`;
}

/** The console's tests need nothing else; two files of them may want it at once, and apt waits. */
export const installBrowser = (): Promise<string | undefined> =>
  install(['chromium'], {
    root: process.getuid?.() === 0,
    aptGet: 'apt-get',
    missing: () => (existsSync(CHROMIUM) ? [] : ['chromium']),
  });

/** What it said when it failed; empty: it did not. Waits for another apt that is under way. */
async function apt(program: string, args: readonly string[]): Promise<string> {
  const waiting = ['-o', 'DPkg::Lock::Timeout=300', ...args];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  try {
    await promisify(execFile)(program, waiting, { env, maxBuffer: 64 << 20 });
    return '';
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const lines = (stderr || message).trim().split('\n');
    const errors = lines.filter((line) => /^E: /.test(line));
    return `apt-get ${args[0]}: ${(errors.length > 0 ? errors : lines.slice(-5)).join('\n  ')}`;
  }
}

/** Makes what can be made here: packages, and the module that Debian does not package. */
export async function prepare(): Promise<Lacking> {
  const missing = missingPackages();
  if (missing.length > 0) console.log(`the SIP tests need ${missing.join(', ')}`);
  const sip = await install(missing);
  if (sip !== undefined) return { sip };
  if (asyncClient() === undefined) {
    console.log('building http_async_client, which Debian does not package (npm run edge:build)');
    try {
      buildAsyncClient();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return {
        asyncClient: `asking without blocking (http_async_client) needs \`npm run edge:build\`: ${why}`,
      };
    }
  }
  return {};
}

/** For programs that need calls on the wire. Throws with what to do where there can be none. */
export async function needSip(): Promise<Lacking> {
  const lacking = await prepare();
  if (lacking.sip !== undefined) throw new Error(lacking.sip);
  return lacking;
}
