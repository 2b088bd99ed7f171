/**
 * `npm run edge:build`: http_async_client, which Debian does not package, from Debian's own source of
 * the Kamailio that is installed. Once; `npm run edge` then finds it.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argumentsFrom } from '../../arguments.ts';
import { BUILT_CLIENT } from './debian.ts';
import { EdgeError } from './settings.ts';
import { sourceLists } from './source-packages.ts';

const USAGE = `npm run edge:build: builds http_async_client for npm run edge, once; as root it installs what that
needs (a compiler, libraries), else it says what to install`;
const TOOLS = [
  'dpkg-dev',
  'gcc',
  'make',
  'libc6-dev',
  'pkg-config',
  'flex',
  'bison',
  'libevent-dev',
  'libcurl4-openssl-dev',
  'libssl-dev',
];

/** Leaves the module where `npm run edge` looks for it. Throws EdgeError with what to do. */
export function buildAsyncClient(): void {
  installTools();
  const folder = join(dirname(BUILT_CLIENT), 'build');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'lists/partial'), { recursive: true });
  fetchSource(folder);
  const source = globSync(join(folder, 'kamailio-*/src'))[0];
  if (!source) throw new EdgeError(`Debian's source was not unpacked in ${folder}`);
  run('make', ['-C', source, 'cfg', 'group_include=kstandard']);
  run('make', ['-C', source, 'modules', 'modules=modules/http_async_client']);
  copyFileSync(join(source, 'modules/http_async_client/http_async_client.so'), BUILT_CLIENT);
  rmSync(folder, { recursive: true, force: true });
}

function installTools(): void {
  const missing = TOOLS.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    throw new EdgeError(`building needs Debian packages: sudo apt-get ${install.join(' ')}`);
  }
  run('apt-get', ['update']);
  run('apt-get', install);
}

function isInstalled(name: string): boolean {
  try {
    return /^install ok/.test(query(name, 'Status'));
  } catch {
    return false;
  }
}

/** A field of an installed package. */
function query(name: string, field: string): string {
  const options = { encoding: 'utf8', stdio: 'pipe' } as const;
  return execFileSync('dpkg-query', ['-W', '-f', `\${${field}}`, name], options);
}

/** Reads the sources' index into the build folder: the system's own lists stay as they are. */
function fetchSource(folder: string): void {
  const version = query('kamailio', 'Version');
  const lists = sourceLists();
  if (lists.length === 0) {
    throw new EdgeError(
      "apt has no package source on this machine: add Debian's to /etc/apt/sources.list, then build again",
    );
  }
  mkdirSync(join(folder, 'sources'));
  for (const { name, text } of lists) writeFileSync(join(folder, 'sources', name), text);
  const options = [
    'Dir::Etc::SourceList=/dev/null',
    `Dir::Etc::SourceParts=${join(folder, 'sources')}`,
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${folder}`,
    ...(process.getuid?.() === 0 ? ['APT::Sandbox::User=root'] : []),
  ].flatMap((option) => ['-o', option]);
  run('apt-get', [...options, 'update'], folder);
  run('apt-get', [...options, 'source', '--only-source', `kamailio=${version}`], folder);
}

function run(program: string, args: readonly string[], cwd?: string): void {
  try {
    execFileSync(program, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    throw new EdgeError(
      `${program} ${args.at(-1)} failed:\n${said.split('\n').slice(-15).join('\n')}`,
    );
  }
}

if (import.meta.main) {
  argumentsFrom(USAGE);
  try {
    if (existsSync(BUILT_CLIENT)) {
      console.log(`edge: ${BUILT_CLIENT} is there already; remove it to build it again`);
    } else {
      buildAsyncClient();
      console.log(`edge: built ${BUILT_CLIENT}`);
    }
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error;
    console.error(`edge: ${error.message}`);
    process.exitCode = 1;
  }
}
