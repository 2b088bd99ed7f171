import { type Compiled, compile } from '../compile.ts';
import { inOrder, type Problem } from './fault.ts';
import { type ReadResult, readDocument } from './read.ts';
import type { SourceFile } from './source-file.ts';

/** A document from its files: as written, compiled, and everything that is wrong with it. */
export interface Loaded
  extends Pick<ReadResult, 'document' | 'calendars'>,
    Pick<Compiled, 'policy' | 'subscribers'> {
  /** By file and line. While there is any, nothing else here is to be used. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** What is good to know, such as what an .ics file gives. */
  readonly notes: readonly Problem[];
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
  const problems = read.broken ? [] : compiled.problems.map((fault) => read.locate(fault));
  const names = files.map(({ name }) => name);
  return {
    document: read.document,
    calendars: read.calendars,
    policy: compiled.policy,
    subscribers: compiled.subscribers,
    problems: inOrder([...read.problems, ...problems], names),
    warnings: inOrder(
      compiled.warnings.map((fault) => read.locate(fault)),
      names,
    ),
    notes: inOrder(
      compiled.notes.map((fault) => read.locate(fault)),
      names,
    ),
  };
}
