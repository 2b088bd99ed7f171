import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText, NotUtf8 } from '../../functions/rules/source/decode.ts';
import { type Problem, printProblem } from '../../functions/rules/source/fault.ts';
import { type Loaded, loadRules } from '../../functions/rules/source/load.ts';
import type { SourceFile } from '../../functions/rules/source/source-file.ts';
import { whyUnreadable } from '../local/documents.ts';
import { Failure } from './failure.ts';

/** Reads files. Throws `Failure` with every one that can't be read. */
export function readFiles(paths: readonly string[]): SourceFile[] {
  const { files, unread } = readWhatCan(paths);
  if (unread.length > 0) throw new Failure(unread.map(printProblem).join('\n'));
  return files;
}

/** The files that can be read, and what is wrong with the others. */
export function readWhatCan(paths: readonly string[]): {
  readonly files: SourceFile[];
  readonly unread: Problem[];
} {
  const files: SourceFile[] = [];
  const unread: Problem[] = [];
  for (const name of new Set(paths.flatMap(filesIn))) {
    try {
      files.push({ name, text: readText(name) });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const message = error instanceof NotUtf8 ? error.message : whyUnreadable(name, code);
      const line = error instanceof NotUtf8 ? error.line : undefined;
      unread.push({
        ...{ file: name, pointer: '', message },
        ...(line !== undefined && { line, column: 1 }),
      });
    }
  }
  return { files, unread };
}

const readText = (path: string): string => decodeText(readFileSync(path));

/** The rules files in a folder, by name; a file stands for itself. */
function filesIn(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => /(?<!\.schema)\.(?:ya?ml|json)$/.test(name));
  if (names.length === 0) throw new Failure(`${path}: there is no .yaml file in this folder`);
  return names.sort().map((name) => join(path, name));
}

export function load(files: readonly SourceFile[]): Loaded {
  return loadRules(files, { readFile: readText, now: Date.now() });
}

/** What sound documents say. Throws `Failure` with every mistake in them, a line each. */
export function loadSound(files: readonly SourceFile[]): Loaded {
  const loaded = load(files);
  if (loaded.problems.length === 0) return loaded;
  throw new Failure(loaded.problems.map(printProblem).join('\n'));
}
