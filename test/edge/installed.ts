/** What the end-to-end tests need of Debian; installed here where that is possible, else said. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  asyncClient,
  KAMAILIO,
  missingModules,
  PACKAGES,
} from '../../infra/edge/kamailio/debian.ts';

const PROGRAMS = ['/usr/bin/sipp', '/usr/bin/tcpdump', '/usr/bin/linphonec', KAMAILIO];
const TEST_PACKAGES = [...PACKAGES, 'sip-tester', 'tcpdump', 'linphone-cli'];

function complete(): boolean {
  return PROGRAMS.every((path) => existsSync(path)) && missingModules().length === 0;
}

/** Throws with the one command to type where the packages are missing and cannot be installed. */
export function installed(): void {
  if (complete()) return;
  const install = ['install', '-y', '--no-install-recommends', ...TEST_PACKAGES];
  if (process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    try {
      execFileSync('apt-get', ['update'], { stdio: 'ignore', env });
      execFileSync('apt-get', install, { stdio: 'ignore', env });
    } catch {
      // Said below.
    }
  }
  if (!complete()) {
    throw new Error(`the SIP tests need Debian packages: sudo apt-get ${install.join(' ')}`);
  }
}

/** The ways to ask that can be tested here: http_async_client has to be built once. */
export async function waysToAsk(): Promise<string[]> {
  installed();
  if (!asyncClient() && process.getuid?.() === 0) {
    const { buildAsyncClient } = await import('../../infra/edge/kamailio/build.ts');
    try {
      buildAsyncClient();
    } catch (error) {
      console.warn(String(error));
    }
  }
  if (asyncClient()) return ['http_async_client', 'packages'];
  console.warn('http_async_client is not tested: it could not be built (npm run edge:build)');
  return ['packages'];
}
