/**
 * `npm run licences`: the packages whose code is in the bundles, from the bundles' own source maps,
 * and their licences. Fails where one asks for more than its notice.
 */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { argumentsFrom } from '../arguments.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** SPDX identifiers. MPL-2.0 covers its own files only; they are used unchanged. */
const ACCEPTED = new Set([
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC'],
  ...['MIT', 'MPL-2.0', 'Unlicense'],
]);

export interface Package {
  readonly name: string;
  readonly version: string;
  /** As its package.json has it. */
  readonly licence: string;
  /** Names of the bundles that hold code of it. */
  readonly bundles: readonly string[];
}

/** What of other people's is in the bundles below `dist`, sorted. */
export function bundledPackages(): Package[] {
  const bundles = new Map<string, Set<string>>();
  for (const map of globSync('dist/{*/*.mjs,console/web/*.js}.map', { cwd: ROOT })) {
    const { sources }: { sources: string[] } = JSON.parse(readFileSync(ROOT + map, 'utf8'));
    for (const source of sources) {
      const folder = /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0].replace(/^[./]+/, '');
      if (folder === undefined) continue;
      bundles.set(folder, (bundles.get(folder) ?? new Set()).add(map.split('/')[1] ?? ''));
    }
  }
  return [...bundles]
    .map(([folder, names]) => {
      const found = JSON.parse(readFileSync(`${ROOT}${folder}/package.json`, 'utf8'));
      const licence = found.license ?? 'unknown';
      return {
        ...{ name: found.name, version: found.version, licence: String(licence) },
        bundles: [...names].sort(),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether an SPDX expression asks for no more than is accepted, whichever side of an OR is taken. */
export function isAccepted(licence: string): boolean {
  const named = licence.split(/[()\s]+/).filter((word) => !['', 'AND', 'OR'].includes(word));
  return named.length > 0 && named.every((word) => ACCEPTED.has(word));
}

if (import.meta.main) {
  argumentsFrom('npm run licences: the packages whose code is in the bundles, and their licences');
  const packages = bundledPackages();
  for (const { name, version, licence, bundles } of packages) {
    console.log(`${isAccepted(licence) ? ' ' : '!'} ${name} ${version}  ${licence}  (${bundles})`);
  }
  if (packages.some(({ licence }) => !isAccepted(licence))) process.exitCode = 1;
}
