import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** What we are measured against: handlers that anybody would recognise, in `peers/`. */
const FOLDER = new URL('./peers/', import.meta.url);
const OUT = new URL('../../../dist/bench/', import.meta.url);

/** esbuild as its documentation has it for Node, nothing tuned. */
const DEFAULTS: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
};

/** As our own bundles are made, so that only what the code does differs. */
const TUNED: BuildOptions = {
  ...DEFAULTS,
  format: 'esm',
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': fileURLToPath(
      new URL('../../../infra/build/environment-credentials.ts', import.meta.url),
    ),
  },
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
};

export interface Peers {
  /** A bare GetItem, bundled as we are. */
  readonly getItem: string;
  /** A bare GetItem, esbuild's defaults. */
  readonly getItemDefaults: string;
  /** The same that answers with a 302, behind a gateway. */
  readonly redirect: string;
  /** middy, zod, lib-dynamodb, powertools. */
  readonly usualStack: string;
}

/** Bundles the peers; answers the modules. */
export async function buildPeers(): Promise<Peers> {
  mkdirSync(OUT, { recursive: true });
  const bundle = async (source: string, name: string, options: BuildOptions): Promise<string> => {
    const outfile = fileURLToPath(new URL(name, OUT));
    await build({
      ...options,
      entryPoints: [fileURLToPath(new URL(source, FOLDER))],
      outfile,
      logLevel: 'error',
    });
    return outfile;
  };
  return {
    getItem: await bundle('get-item.ts', 'get-item.mjs', TUNED),
    getItemDefaults: await bundle('get-item.ts', 'get-item.cjs', DEFAULTS),
    redirect: await bundle('redirect.ts', 'redirect.mjs', TUNED),
    usualStack: await bundle('usual-stack.ts', 'usual-stack.mjs', TUNED),
  };
}
