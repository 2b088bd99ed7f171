/**
 * The console's files for browsers, of functions/console/web: one style sheet, scripts in pieces and
 * the page, under names that change with their contents, each as it is and compressed.
 */
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type BuildOptions, build as esbuild } from 'esbuild';

const WEB = 'functions/console/web';

const OPTIONS = {
  entryPoints: [`${WEB}/main.tsx`, `${WEB}/style.css`, `${WEB}/icon.svg`],
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: ['chrome120', 'firefox121', 'safari17.2'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.ftl': 'text', '.svg': 'copy' },
  legalComments: 'none',
  // For `npm run licences`: they go nowhere.
  sourcemap: 'external',
  sourcesContent: false,
  write: false,
} satisfies BuildOptions;

export interface File {
  readonly path: string;
  readonly contents: Uint8Array;
}

/** @param outdir in which they are to be, below `root` */
export async function buildConsole(root: string, outdir: string): Promise<File[]> {
  const { outputFiles } = await esbuild({ ...OPTIONS, absWorkingDir: root, outdir });
  const nameOf = ({ path }: File): string => path.slice(path.lastIndexOf('/') + 1);
  const named = (pattern: RegExp): string =>
    nameOf(outputFiles.find(({ path }) => pattern.test(path)) as File);
  const page = readFileSync(`${root}${WEB}/index.html`, 'utf8')
    .replace('main.js', named(/main-\w+\.js$/))
    .replace('style.css', named(/style-\w+\.css$/))
    .replace('icon.svg', named(/icon-\w+\.svg$/));
  const files = [
    ...outputFiles,
    { path: `${root}${outdir}/index.html`, contents: Buffer.from(page) },
  ];
  return files.flatMap(({ path, contents }) => [
    { path, contents },
    ...(/\.(?:html|map)$/.test(path) ? [] : compressed({ path, contents })),
  ]);
}

function compressed({ path, contents }: File): File[] {
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: contents.byteLength };
  return [
    { path: `${path}.br`, contents: brotliCompressSync(contents, { params }) },
    { path: `${path}.gz`, contents: gzipSync(contents, { level: 9 }) },
  ];
}
