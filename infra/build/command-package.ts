/**
 * `npm run pack:command`: the command line as a package that can be installed without this checkout:
 * `dist/package`, and beside it the archive that `npm pack` makes. Scoped, so that nobody else can own
 * its name; publish it under a scope of yours.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { argumentsFrom } from '../arguments.ts';
import { build } from './bundle.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = `${ROOT}dist/package`;

/** Writes the package and returns the path of its archive. */
export async function packCommand(): Promise<string> {
  await build();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const { version, license, description } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  const about = {
    ...{ name: '@divert-sip/divert', version, description, license, type: 'module' },
    ...{ bin: { divert: 'divert.mjs' }, files: ['divert.mjs', 'LICENSE'] },
    engines: { node: '>=20' },
  };
  writeFileSync(`${FOLDER}/package.json`, `${JSON.stringify(about, null, 2)}\n`);
  copyFileSync(`${ROOT}dist/cli/divert.mjs`, `${FOLDER}/divert.mjs`);
  copyFileSync(`${ROOT}LICENSE`, `${FOLDER}/LICENSE`);
  const said = execFileSync('npm', ['pack', '--json', '--pack-destination', '..'], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  const [packed] = JSON.parse(said);
  return `${ROOT}dist/${packed.filename}`;
}

if (import.meta.main) {
  argumentsFrom('npm run pack:command: the command line as an archive that npm installs, in dist');
  console.log(await packCommand());
}
