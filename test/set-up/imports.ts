import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /^(?:import(?! type)|export)\b[^;]*?\bfrom '(\.[^']+\.ts)'/gm;

/** Every file that `file` loads, itself included; imports of types load nothing. */
export function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file) || !existsSync(file)) return seen;
  seen.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    loadedBy(join(dirname(file), path), seen);
  }
  return seen;
}
