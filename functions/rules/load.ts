import { type Compiled, compile } from './compile.ts';
import type { Problem } from './problem.ts';
import { type ReadResult, readDocument, type SourceFile } from './read.ts';

/** A document from its files: as written, compiled, and everything that is wrong with it. */
export interface Loaded
  extends Pick<ReadResult, 'document' | 'calendars'>,
    Pick<Compiled, 'policy' | 'subscribers'> {
  /** By file and line. While there is any, nothing else here is to be used. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Reads and compiles the files of one domain.
 *
 * @param options.readFile reads an .ics file; throws where it can't
 * @param options.now milliseconds since the epoch
 */
export function loadRules(
  files: readonly SourceFile[],
  options: { readonly readFile: (path: string) => string; readonly now: number },
): Loaded {
  const read = readDocument(files, options.readFile);
  const compiled = compile(read.document, { now: options.now, calendars: read.calendars });
  // A file whose syntax is broken lacks things for no other reason: that is not told again.
  const problems = read.broken ? [] : compiled.problems.map(read.locate);
  return {
    document: read.document,
    calendars: read.calendars,
    policy: compiled.policy,
    subscribers: compiled.subscribers,
    problems: inOrder([...read.problems, ...problems], files),
    warnings: inOrder(compiled.warnings.map(read.locate), files),
  };
}

function inOrder(problems: readonly Problem[], files: readonly SourceFile[]): Problem[] {
  const order = new Map(files.map(({ name }, index) => [name, index]));
  const fileOf = (problem: Problem): number => order.get(problem.file ?? '') ?? 0;
  return problems.toSorted(
    (a, b) =>
      fileOf(a) - fileOf(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

/** `rules.yaml:12:7: unknown schedule 'ofice', did you mean 'office'?` */
export function printProblem({ file, line, column, pointer, message }: Problem): string {
  return file === undefined ? `${pointer}: ${message}` : `${file}:${line}:${column}: ${message}`;
}
