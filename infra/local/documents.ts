import { readFileSync } from 'node:fs';
import { printProblem } from '../../functions/rules/source/fault.ts';
import { type Loaded, loadRules } from '../../functions/rules/source/load.ts';
import { LocalFailure } from './failure.ts';

/** Reads and compiles the files of a domain. Throws `LocalFailure` with every mistake in them, a line each. */
export function loadDocuments(
  paths: readonly string[],
): Omit<Loaded, 'warnings'> & { readonly warnings: readonly string[] } {
  const files = paths.map((name) => ({ name, text: readText(name) }));
  const loaded = loadRules(files, {
    readFile: (path) => readFileSync(path, 'utf8'),
    now: Date.now(),
  });
  if (loaded.problems.length > 0) {
    throw new LocalFailure(loaded.problems.map(printProblem).join('\n'));
  }
  return { ...loaded, warnings: loaded.warnings.map(printProblem) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new LocalFailure(`${path}: can't be read (${code})`);
  }
}
