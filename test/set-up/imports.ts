import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /^(?:import(?! type)|export)\b[^;]*?\bfrom '(\.[^']+\.ts)'/gm;

const read = new Map<string, readonly string[]>();

/** What a file imports of its own accord. */
function importedBy(file: string): readonly string[] {
  const known = read.get(file);
  if (known !== undefined) return known;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const found = [...text.matchAll(IMPORT)].map(([, path = '']) => join(dirname(file), path));
  read.set(file, found);
  return found;
}

/** Every file that `file` loads, itself included; imports of types load nothing. */
export function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const path of importedBy(file)) loadedBy(path, seen);
  return seen;
}
