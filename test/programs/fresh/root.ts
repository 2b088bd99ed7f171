/** A Debian 12 with nothing in it, and commands in it that see nothing of this machine. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const RELEASE = 'bookworm';
/** Programs of this machine that make it. */
export const NEEDED = ['debootstrap', 'unshare', 'chroot', 'git'] as const;
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** How to reach the network from here, which is no part of a fresh machine. */
const NETWORK =
  /^(https?_proxy|no_proxy|npm_config_registry|node_extra_ca_certs|ssl_cert_(file|dir))$/i;
const NPM_NETWORK = /^((@[^:]+:)?registry|\/\/.*|(https?-|no)?proxy|ca|cafile|strict-ssl)\s*=/;

export interface Root {
  readonly path: string;
  /** Trusts whom this machine trusts; once ca-certificates is installed. */
  trust(): void;
  /** Runs a command of a shell in it, as root; what it says goes to `onOutput`. Resolves to the exit code. */
  run(command: string, onOutput: (text: string) => void): Promise<number>;
}

/** Makes it at `path`, or copies `base`, with this machine's package sources and npm registry. */
export function bareRoot(path: string, base?: string): Root {
  if (base === undefined) {
    console.log(`debootstrap ${RELEASE}`);
    const made = ['--variant=minbase', RELEASE, path, mirror()];
    execFileSync('debootstrap', made, { stdio: ['ignore', 'pipe', 'inherit'] });
  } else {
    execFileSync('cp', ['-a', base, path]);
  }
  writeFileSync(join(path, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n');
  for (const file of ['/etc/resolv.conf', '/etc/apt/sources.list']) {
    writeFileSync(join(path, file), existsSync(file) ? readFileSync(file) : '');
  }
  for (const parts of ['sources.list.d', 'auth.conf.d', 'keyrings']) {
    const from = `/etc/apt/${parts}`;
    if (existsSync(from)) cpSync(from, join(path, from), { recursive: true });
  }
  writeFileSync(join(path, 'root/.npmrc'), npmNetwork());
  copyFileSync(join(path, 'root/.npmrc'), join(path, 'etc/skel/.npmrc'));
  return {
    path,
    trust() {
      if (!existsSync(CERTIFICATES)) return;
      mkdirSync(join(path, 'etc/ssl/certs'), { recursive: true });
      copyFileSync(CERTIFICATES, join(path, CERTIFICATES));
    },
    run: (command, onOutput) => run(path, command, onOutput),
  };
}

/** Where this machine's apt has Debian's main packages from. */
function mirror(): string {
  const of = ['Created-By: Packages', 'Component: main'];
  const format = ['--format', '$(RELEASE) $(SITE)'];
  const lines = execFileSync('apt-get', ['indextargets', ...format, ...of], { encoding: 'utf8' });
  const targets = lines.split('\n').map((line) => line.split(' '));
  const [, site] =
    targets.find(([release]) => release === RELEASE) ??
    targets.find(([release]) => release !== undefined && /^[a-z]+$/.test(release)) ??
    [];
  if (site === undefined) throw new Error('apt has no source of Debian packages on this machine');
  return site;
}

/** The lines of npm's settings here that say whom to ask, and how. */
function npmNetwork(): string {
  const get = (key: string) =>
    execFileSync('npm', ['config', 'get', key], { encoding: 'utf8', cwd: homedir() }).trim();
  const files = [get('globalconfig'), get('userconfig')].filter((file) => existsSync(file));
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  return `${[`registry=${get('registry')}`, ...lines.filter((line) => NPM_NETWORK.test(line))].join('\n')}\n`;
}

/** In namespaces of its own: what is mounted and started there goes with the command. */
function run(path: string, command: string, onOutput: (text: string) => void): Promise<number> {
  const inside =
    'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$1" sh -c "$2"';
  const args = [
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-c',
    inside,
    'sh',
    path,
    command,
  ];
  const network = Object.entries(process.env).filter(([name]) => NETWORK.test(name));
  const env = {
    ...Object.fromEntries(network),
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    DEBIAN_FRONTEND: 'noninteractive',
    LC_ALL: 'C.UTF-8',
  };
  const child = spawn('unshare', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', onOutput);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
