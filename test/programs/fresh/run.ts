/**
 * `npm run fresh`: the README's commands in a Debian 12 that has nothing, not even npm. As root on a
 * Debian with debootstrap; packages come from where this machine has its own, npm asks whom it asks here.
 * Proves what is committed, in a folder of its own below the system's temporary one.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { optionsFrom } from '../options.ts';
import { bareRoot, NEEDED, type Root } from './root.ts';

const USAGE = `npm run fresh -- [options]
  --only WORDS   files of tests whose path has one of these words; default: all of them
  --as USERS     root, user, or root,user (the default); without root the SIP tests are skipped
  --base FOLDER  a Debian 12 root by debootstrap, copied instead of made anew
  --keep yes     leaves the folder there, as where something failed`;

const {
  only,
  as = 'user,root',
  base,
  keep,
} = optionsFrom(USAGE, {}, ['only', 'as', 'base', 'keep']);
const lacking = NEEDED.filter((program) => !onPath(program));
if (process.getuid?.() !== 0 || lacking.length > 0) {
  console.error(
    `npm run fresh makes a Debian 12 of its own: run it as root${lacking.length > 0 ? `, with ${lacking.join(', ')}` : ''}`,
  );
  process.exit(1);
}

const REPOSITORY = new URL('../../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'divert-fresh-'));
const failures: string[] = [];
try {
  const root = bareRoot(join(folder, 'root'), base);
  const clone = join(root.path, 'divert');
  execFileSync('git', ['clone', '-q', '--no-hardlinks', REPOSITORY, clone]);
  await step(
    root,
    'npm is there',
    'apt-get update -qq && apt-get install -y -qq --no-install-recommends npm ca-certificates',
  );
  root.trust();
  await step(root, 'npm install', 'cd /divert && npm install');
  clean(clone, 'npm install');
  await step(
    root,
    'npm start answers, and ends',
    'cd /divert && (timeout -s INT 60 npm start > /root/start.log 2>&1 &) && for i in $(seq 50); do ' +
      'grep -q \'"action":"redirect"\' /root/start.log && break; sleep 1; done; cat /root/start.log; ' +
      'grep -q \'"action":"redirect"\' /root/start.log && ! grep -qi warning /root/start.log',
  );
  clean(clone, 'npm start');
  const tests =
    only === undefined
      ? 'npm test'
      : `npm run check && npm run build && npx vitest run --config test/vitest.config.ts ${only}`;
  for (const user of as.split(',')) {
    if (user === 'root') await step(root, 'npm test as root', `cd /divert && ${tests}`);
    else {
      await step(root, 'a user', 'useradd -m newcomer && chown -R newcomer /divert');
      await step(root, 'npm test without root', `cd /divert && su newcomer -c '${tests}'`);
      execFileSync('chown', ['-R', 'root', clone]);
    }
    clean(clone, 'npm test');
  }
  await step(
    root,
    'npm run package, then npm run check',
    'cd /divert && npm run package && npm run check',
  );
  clean(clone, 'npm run package');
} finally {
  if (keep === undefined && failures.length === 0) {
    rmSync(folder, { recursive: true, force: true });
  } else {
    console.log(`kept, with everything that was said in its log: ${folder}`);
  }
}
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(
  failures.length === 0 ? 'a bare Debian 12 is enough' : 'a bare Debian 12 is not enough',
);
process.exitCode = failures.length === 0 ? 0 : 1;

/** Runs it and tells what came of it; what it said is in a log, its last lines are shown. */
async function step(root: Root, name: string, command: string): Promise<void> {
  const began = Date.now();
  let said = '';
  const code = await root.run(command, (text) => {
    said += text;
    appendFileSync(join(folder, 'log'), text);
  });
  const seconds = ((Date.now() - began) / 1_000).toFixed(0);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  const lines = said.trimEnd().split('\n');
  for (const line of lines.slice(code === 0 ? -8 : -60)) console.log(`     | ${line}`);
  if (code !== 0) failures.push(name);
}

/** A newcomer's clone stays as it was. */
function clean(clone: string, after: string): void {
  const git = ['-c', `safe.directory=${clone}`, '-C', clone, 'status', '--porcelain'];
  const changed = execFileSync('git', git, { encoding: 'utf8' }).trim();
  if (changed !== '') failures.push(`the clone after ${after}: ${changed}`);
}

function onPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}
