/**
 * `npm run edge`: Kamailio in the foreground, unprivileged, with the configuration of this folder.
 *
 * Settings are environment variables, as USAGE has them. Everything Kamailio reads is copied into a run folder of
 * its own, which only the user it runs as may read: the checkout need not be readable for that user, and no secret
 * is in an argument.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { argumentsFrom } from '../../arguments.ts';
import { authoritiesFolder, ownCertificate, readPem } from './certificate.ts';
import { asyncClient, BUILT_CLIENT, KAMAILIO, missingModules, PACKAGES } from './debian.ts';
import { firstQuestions } from './first-question.ts';
import { passwordsFile } from './passwords.ts';
import { EdgeError, type EdgeSettings, freePort, knownHost, readSettings } from './settings.ts';
import { type EdgeFiles, inUri, settingsFile } from './settings-file.ts';

const HERE = import.meta.dirname;
const ROOT_USER = process.getuid?.() === 0;

/** Said at every start with TLS, whatever is set and whichever OpenSSL there is. */
const NO_NEWS = /openssl bug #1491/;

function makeRunFolder(settings: EdgeSettings, client: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'divert-edge-'));
  try {
    fill(folder, settings, client);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  if (ROOT_USER) execFileSync('chown', ['-R', 'nobody:nogroup', folder]);
  return folder;
}

function fill(folder: string, settings: EdgeSettings, client: string | undefined): void {
  const { certificate, authorities, passwords } = settings;
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const copy = (from: string, name: string) => {
    copyFileSync(from, join(folder, name));
    chmodSync(join(folder, name), 0o600);
    return join(folder, name);
  };
  for (const name of readdirSync(HERE).filter((file) => /^(divert|sample).*\.cfg$/.test(file))) {
    copy(join(HERE, name), name);
  }
  if (passwords) write('passwords.cfg', passwordsFile(passwords, settings.domains));
  const files: EdgeFiles = {
    configuration: copy(join(HERE, 'kamailio.cfg'), 'edge.cfg'),
    asyncModule: client && copy(client, 'http_async_client.so'),
    certificate:
      settings.tlsPort === undefined
        ? undefined
        : write('certificate.pem', pemOf(settings, certificate)),
    authorities: authorities && trusted(folder, authorities, client !== undefined),
  };
  write('kamailio.cfg', settingsFile(settings, files));
}

/** The edge's own certificate and key. */
function pemOf(settings: EdgeSettings, path: string | undefined): string {
  if (path) return readPem('EDGE_CERTIFICATE', path, true);
  const { domains, listen, advertise } = settings;
  const names = [...domains, ...(advertise ? [advertise.replace(/^\[|\]$/g, '')] : []), ...listen];
  return readFileSync(ownCertificate(dirname(BUILT_CLIENT), [...names, 'localhost']), 'utf8');
}

/** As the module that asks wants it: libcurl's `CAPATH` or `CAINFO`. */
function trusted(folder: string, path: string, asFolder: boolean): string {
  const pem = readPem('DIVERT_AUTHORITIES', path, false);
  const at = join(folder, 'authorities');
  if (asFolder) authoritiesFolder(at, pem);
  else writeFileSync(at, pem);
  return at;
}

function startKamailio(folder: string, settings: EdgeSettings): ChildProcess {
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
    String(settings.memory),
    '-M',
    '8',
  ];
  // Should this process be killed, Kamailio ends too.
  const args = ['--pdeathsig=TERM', ...(ROOT_USER ? unprivileged : [])];
  return spawn('setpriv', [...args, ...kamailio, '-Y', folder, '-w', folder], {
    // Its log is standard error; on standard output it only lists its sockets.
    stdio: ['ignore', 'ignore', settings.tlsPort === undefined ? 'inherit' : 'pipe'],
    detached: true,
  });
}

const USAGE = `npm run edge: Kamailio as the edge of a Divert, in the foreground, until Ctrl-C
settings, as environment variables:
  EDGE_LISTEN    IP addresses of this machine, separated by commas; default 127.0.0.1
  EDGE_PORT      of SIP, UDP and TCP; default 5060
  EDGE_TLS_PORT  of SIP over TLS and, for browsers, WSS; default: none
  EDGE_CERTIFICATE    PEM file with certificate and key; default: one of its own, in .divert/edge
  EDGE_ADVERTISE      the host that others reach this machine at, behind a NAT
  EDGE_PASSWORDS      file with a line "user password" for each phone; needed where not only this machine can call
  EDGE_DOMAINS   served here, separated by commas; default example.com
  EDGE_CLIENT    http_async_client or packages; default: the first where npm run edge:build has made it
  EDGE_MODE      proxy, plain for divert-plain.cfg, or redirect for a redirect server
  EDGE_MEMORY    MiB that all calls share; default 256
  FOLLOW_FOR     addresses of callers that do not follow a 302
  EDGE_GATEWAY   host:port of a gateway for numbers outside that Divert sends calls to
  EDGE_CONTROL   a socket for kamcmd: kamcmd -s unix:PATH core.shmmem
  PSAP_CALLBACKS addresses of emergency centres, whose calls may be marked as call-backs
  FEATURE_CODES  a regular expression of how they begin; empty: none; default: *72 and the like, and 3GPP's *21# and
                 the like
  DIVERT_URL     several, separated by commas, are asked in this order; default: npm start's, on PORT or 3000
  DIVERT_ANSWERS_IN   seconds that each has to answer in, 1 to 10; default 1
  DIVERT_AUTHORITIES  PEM file of those who may have signed its certificate; default: this system's
  DIVERT_KEY     default local-key`;

async function main(): Promise<void> {
  argumentsFrom(USAGE);
  const settings = readSettings(process.env);
  if (!existsSync(KAMAILIO) || missingModules().length > 0) {
    throw new EdgeError(`Kamailio is not installed: sudo apt-get install -y ${PACKAGES.join(' ')}`);
  }
  await freePort('EDGE_PORT', settings.port, settings.listen);
  if (settings.tlsPort) await freePort('EDGE_TLS_PORT', settings.tlsPort, settings.listen);
  if (settings.advertise) await knownHost('EDGE_ADVERTISE', settings.advertise);
  const client = settings.client === 'packages' ? undefined : asyncClient();
  if (settings.client === 'http_async_client' && !client) {
    throw new EdgeError(
      'EDGE_CLIENT=http_async_client: the module is not there; build it with `npm run edge:build`',
    );
  }
  const folder = makeRunFolder(settings, client);
  const child = startKamailio(folder, settings);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill('SIGTERM'));
  }
  if (child.stderr) {
    createInterface(child.stderr).on('line', (line) => {
      if (!NO_NEWS.test(line)) console.error(line);
    });
  }
  child.on('error', (error) => {
    console.error(`edge: ${error.message}`);
  });
  child.on('close', (code, signal) => {
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = signal ? 0 : (code ?? 1);
  });
  console.log(
    `edge: ${places(settings)} for ${settings.domains.join(', ')}, asking ${settings.urls.join(', then ')} ` +
      `with ${client ? 'http_async_client' : "Debian's packages only (npm run edge:build builds http_async_client)"}`,
  );
  for (const complaint of await firstQuestions(settings)) console.error(`edge: ${complaint}`);
}

function places({ listen, port, tlsPort }: EdgeSettings): string {
  const at = listen.map((address) => `sip:${inUri(address)}:${port}`).join(' and ');
  return `${at} (UDP and TCP${tlsPort ? `; TLS and WSS on ${tlsPort}` : ''})`;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof EdgeError)) throw error;
  console.error(`edge: ${error.message}`);
  process.exitCode = 1;
}
