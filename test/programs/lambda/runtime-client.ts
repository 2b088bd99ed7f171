import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Lambda's own client of its Runtime API for nodejs24.x (Apache 2.0). */
const PACKAGE = 'aws-lambda-ric@4.0.2';
const SHA512 =
  'FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==';

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));
const NATIVE = fileURLToPath(new URL('./native-client.cjs', import.meta.url));

/**
 * The folder with the runtime client, its native part replaced. It is no dependency, since npm
 * would build that part on every machine: it is fetched when it is first needed, without running
 * any of its scripts.
 *
 * @throws where it can't be fetched
 */
export async function runtimeClient(): Promise<string> {
  const folder = join(CACHE, PACKAGE);
  if (!existsSync(folder)) await fetchInto(folder);
  // What is loaded as `./rapid-client.node` may be a folder.
  const native = join(folder, 'rapid-client.node');
  cpSync(NATIVE, join(native, 'index.cjs'));
  writeFileSync(join(native, 'package.json'), '{ "main": "index.cjs" }');
  return folder;
}

async function fetchInto(folder: string): Promise<void> {
  const run = promisify(execFile);
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'fetch-'));
  try {
    const { stdout } = await run('npm', ['pack', PACKAGE, '--json'], {
      cwd: work,
      timeout: 60_000,
    });
    const [{ filename }] = JSON.parse(stdout);
    if (hash('sha512', readFileSync(join(work, filename)), 'base64') !== SHA512) {
      throw new Error(`${PACKAGE} is not what it was`);
    }
    await run('tar', ['-xzf', filename], { cwd: work });
    renameSync(join(work, 'package'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
