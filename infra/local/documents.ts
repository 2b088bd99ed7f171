import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { byDomain } from '../../functions/rules/source/by-domain.ts';
import { decodeText, NotUtf8 } from '../../functions/rules/source/decode.ts';
import { printProblem } from '../../functions/rules/source/fault.ts';
import { type Loaded, loadRules } from '../../functions/rules/source/load.ts';
import { LocalFailure } from './failure.ts';

/**
 * Reads and compiles the files of one domain or several: one document for each, in the order of their first files.
 * Throws `LocalFailure` with every mistake in them, a line each.
 */
export function loadDocuments(paths: readonly string[]): readonly Loaded[] {
  const files = paths.map((name) => ({ name, text: readText(name) }));
  const documents = byDomain(files).map((group) =>
    loadRules(group, { readFile: (path) => decodeText(readFileSync(path)), now: Date.now() }),
  );
  const problems = documents.flatMap((document) => document.problems);
  if (problems.length > 0) throw new LocalFailure(problems.map(printProblem).join('\n'));
  return documents;
}

function readText(path: string): string {
  try {
    return decodeText(readFileSync(path));
  } catch (error) {
    if (error instanceof NotUtf8) throw new LocalFailure(`${path}: ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    throw new LocalFailure(`${path}: ${whyUnreadable(path, code)}`);
  }
}

/** Why a file can't be read, with what to do, from the system's code for it. */
export function whyUnreadable(path: string, code = 'unknown'): string {
  if (code === 'ENOENT') {
    const aside = isAbsolute(path) ? '' : `; it is looked for in ${process.cwd()}`;
    return `can't be read (no such file${aside})`;
  }
  if (code === 'EISDIR') return `is a folder: name the files in it, as ${join(path, '*.yaml')}`;
  if (code === 'EACCES') return `can't be read (you may not: look at its permissions)`;
  return `can't be read (${code})`;
}
