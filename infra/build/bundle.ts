/**
 * `npm run build`: bundles each `functions/handlers/NAME.ts` as `dist/NAME/index.mjs`, and the command line
 * as `dist/cli/divert.mjs`. The same sources give the same bytes.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build as esbuild, stop } from 'esbuild';
import { argumentsFrom } from '../arguments.ts';
import { buildConsole } from './console.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** CommonJS in a bundle may ask for Node's own modules. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

const COMMON = {
  absWorkingDir: ROOT,
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  // esbuild prefers CommonJS entry points for Node, which can't be tree-shaken.
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  write: false,
} satisfies BuildOptions;

/** A bundle's name (`route`, `cli`) and its size in bytes. */
export interface Bundle {
  readonly name: string;
  readonly bytes: number;
}

/** When the last build began, as this file's time of change. */
const STAMP = `${ROOT}dist/.built`;

/** Builds if a source is newer than the bundles. */
export async function buildIfStale(): Promise<void> {
  const built = existsSync(STAMP) ? statSync(STAMP).mtimeMs : 0;
  const sources = ['functions', 'infra'].flatMap((folder) =>
    readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:tsx?|css|ftl|html|svg)$/.test(file))
      .map((file) => `${folder}/${file}`),
  );
  const changed = ['package-lock.json', ...sources].map((file) => statSync(ROOT + file).mtimeMs);
  if (Math.max(...changed) >= built) await build();
}

let underWay: Promise<Bundle[]> | undefined;

/** Builds everything there is a source for. Throws esbuild's error, which names file and line. */
export function build(): Promise<Bundle[]> {
  // Who asks while a build is under way gets that one: it would write the same files.
  underWay ??= buildAll().finally(() => {
    underWay = undefined;
  });
  return underWay;
}

async function buildAll(): Promise<Bundle[]> {
  const began = new Date();
  try {
    const bundles = [...(await buildFunctions()), ...(await buildCommand())];
    await buildWeb();
    writeFileSync(STAMP, '');
    utimesSync(STAMP, began, began);
    return bundles;
  } finally {
    // esbuild's own process would wait for another build.
    await stop();
  }
}

async function buildFunctions(): Promise<Bundle[]> {
  const names = readdirSync(`${ROOT}functions/handlers`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length));
  const { outputFiles } = await esbuild({
    ...COMMON,
    entryPoints: names.map((name) => ({
      in: `functions/handlers/${name}.ts`,
      out: `${name}/index`,
    })),
    target: 'node24',
    alias: { '@aws-sdk/credential-provider-node': `${ROOT}infra/build/environment-credentials.ts` },
    // Imported only by an operation that streams events, and DynamoDB has none: 20 KiB.
    external: ['@smithy/core/event-streams'],
    // The SDK's import('node:http') would touch every export of it, and so load all of fetch:
    // a fifth of a cold start where the endpoint is plain HTTP. `require` loads what is used.
    supported: { 'dynamic-import': false },
    banner: { js: REQUIRE },
  });
  return write(outputFiles);
}

async function buildCommand(): Promise<Bundle[]> {
  const source = 'infra/cli/divert.ts';
  if (!existsSync(ROOT + source)) return [];
  const { outputFiles } = await esbuild({
    ...COMMON,
    entryPoints: [{ in: source, out: 'cli/divert' }],
    target: 'node20',
    banner: { js: REQUIRE }, // After the source's own `#!/usr/bin/env node`.
  });
  return write(outputFiles, 0o755);
}

const WEB = 'dist/console/web';

/** The console's files lie beside the bundle of its function; what was built before goes. */
async function buildWeb(): Promise<void> {
  const files = await buildConsole(ROOT, WEB);
  write(files);
  const names = new Set(files.map(({ path }) => path));
  for (const name of readdirSync(ROOT + WEB)) {
    if (!names.has(`${ROOT}${WEB}/${name}`)) rmSync(`${ROOT}${WEB}/${name}`);
  }
}

/** Writes what has changed, each file at once: another process may be loading the old one. */
function write(files: { path: string; contents: Uint8Array }[], mode = 0o644): Bundle[] {
  for (const { path, contents } of files) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, contents, { mode });
    renameSync(`${path}.${process.pid}`, path);
  }
  return files
    .filter(({ path }) => path.endsWith('.mjs'))
    .map(({ path, contents }) => ({
      name: dirname(relative(`${ROOT}dist`, path)),
      bytes: contents.byteLength,
    }));
}

if (import.meta.main) {
  argumentsFrom('npm run build: the bundles of all functions and of the command line, in dist');
  try {
    for (const { name, bytes } of await build()) {
      console.log(`dist/${name}  ${(bytes / 1024).toFixed(0)} KiB`);
    }
  } catch {
    // esbuild has said what is wrong, and where.
    process.exitCode = 1;
  }
}
