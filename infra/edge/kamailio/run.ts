/**
 * `npm run edge`: Kamailio in the foreground, unprivileged, with the configuration of this folder.
 *
 * Settings are environment variables: EDGE_PORT, EDGE_DOMAINS (comma-separated), EDGE_CLIENT
 * (`http_async_client` or `packages`; unset: the first where its module is there), EDGE_MODE (`proxy`,
 * or `redirect` for a redirect server), EDGE_MEMORY (MiB that all calls share), FOLLOW_FOR (addresses of
 * callers that do not follow a 302), EDGE_GATEWAY (host:port of a gateway for numbers outside), PSAP_CALLBACKS (addresses of emergency centres), FEATURE_CODES (a regular
 * expression; empty: none), DIVERT_URL (several, comma-separated, are asked in this order) and DIVERT_KEY. Everything Kamailio reads is copied into a run folder of its own, which only the user it runs
 * as may read: the checkout need not be readable for that user, and the key is in no argument.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argumentsFrom } from '../../arguments.ts';
import { asyncClient, KAMAILIO, missingModules, PACKAGES } from './debian.ts';
import { firstQuestions } from './first-question.ts';
import { EdgeError, type EdgeSettings, freePort, readSettings, settingsFile } from './settings.ts';

const HERE = import.meta.dirname;
const ROOT_USER = process.getuid?.() === 0;

function makeRunFolder(settings: EdgeSettings, client: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'divert-edge-'));
  for (const name of readdirSync(HERE).filter((file) => /^divert.*\.cfg$/.test(file))) {
    copyFileSync(join(HERE, name), join(folder, name));
  }
  copyFileSync(join(HERE, 'kamailio.cfg'), join(folder, 'edge.cfg'));
  if (client) copyFileSync(client, join(folder, 'http_async_client.so'));
  const module = client && join(folder, 'http_async_client.so');
  writeFileSync(
    join(folder, 'kamailio.cfg'),
    settingsFile(settings, module, join(folder, 'edge.cfg')),
  );
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o600);
  if (ROOT_USER) {
    const nobody = (flag: string) => Number(execFileSync('id', [flag, 'nobody']));
    for (const name of ['.', ...readdirSync(folder)])
      chownSync(join(folder, name), nobody('-u'), nobody('-g'));
  }
  return folder;
}

function startKamailio(folder: string, memory: number): ChildProcess {
  const unprivileged = [
    ['--reuid=nobody', '--regid=nogroup', '--clear-groups'],
    ['--inh-caps=-all', '--bounding-set=-all'],
  ].flat();
  const kamailio = [
    KAMAILIO,
    '-f',
    join(folder, 'kamailio.cfg'),
    '-DD',
    '-E',
    '-m',
    String(memory),
    '-M',
    '8',
  ];
  // Should this process be killed, Kamailio ends too.
  const args = ['--pdeathsig=TERM', ...(ROOT_USER ? unprivileged : [])];
  return spawn('setpriv', [...args, ...kamailio, '-Y', folder, '-w', folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
}

const USAGE = `npm run edge: Kamailio as the edge of a Divert, in the foreground, until Ctrl-C
settings, as environment variables:
  EDGE_PORT      of SIP, UDP and TCP; default 5060
  EDGE_DOMAINS   served here, separated by commas; default example.com
  EDGE_CLIENT    http_async_client or packages; default: the first where npm run edge:build has made it
  EDGE_MODE      proxy, or redirect for a redirect server
  EDGE_MEMORY    MiB that all calls share; default 256
  FOLLOW_FOR     addresses of callers that do not follow a 302
  EDGE_GATEWAY   host:port of a gateway for numbers outside that Divert sends calls to
  EDGE_CONTROL   a socket for kamcmd: kamcmd -s unix:PATH core.shmmem
  FEATURE_CODES  a regular expression of how they begin; empty: none
  DIVERT_URL     default: npm start's, on PORT or 3000
  DIVERT_KEY     default local-key`;

async function main(): Promise<void> {
  argumentsFrom(USAGE);
  const settings = readSettings(process.env);
  if (!existsSync(KAMAILIO) || missingModules().length > 0) {
    throw new EdgeError(`Kamailio is not installed: sudo apt-get install -y ${PACKAGES.join(' ')}`);
  }
  await freePort(settings.port);
  const client = settings.client === 'packages' ? undefined : asyncClient();
  if (settings.client === 'http_async_client' && !client) {
    throw new EdgeError(
      'EDGE_CLIENT=http_async_client: the module is not there; build it with `npm run edge:build`',
    );
  }
  const folder = makeRunFolder(settings, client);
  const child = startKamailio(folder, settings.memory);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill('SIGTERM'));
  }
  child.on('error', (error) => {
    console.error(`edge: ${error.message}`);
  });
  child.on('close', (code, signal) => {
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = signal ? 0 : (code ?? 1);
  });
  console.log(
    `edge: sip:127.0.0.1:${settings.port} (UDP and TCP) for ${settings.domains.join(', ')}, asking ${settings.urls.join(', then ')} ` +
      `with ${client ? 'http_async_client' : "Debian's packages only (npm run edge:build builds http_async_client)"}`,
  );
  for (const complaint of await firstQuestions(settings)) console.error(`edge: ${complaint}`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof EdgeError)) throw error;
  console.error(`edge: ${error.message}`);
  process.exitCode = 1;
}
