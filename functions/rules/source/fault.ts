import { distance } from 'fastest-levenshtein';

/** What is wrong in a source document, and where. */
export interface Problem {
  /** JSON Pointer (RFC 6901) into the document, e.g. `/subscribers/bob/rules/0/when`. */
  readonly pointer: string;
  /** What is wrong and what to do about it. */
  readonly message: string;
  /** Set where the document came from files; line and column count from 1, absent of a whole file. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * What a fault is about where it is not a value as such: the `key` that the pointer ends in (an
 * unknown word, say), or what a list or mapping has in it (`content`: too much, too little).
 */
export type About = 'key' | 'content';

/** Takes a fault at a pointer. */
export type Report = (pointer: string, message: string, about?: About) => void;

/** A problem before its place in a file is known. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
  readonly about?: About;
}

/** Gathers faults: `report` to hand around, `faults` to read afterwards. */
export function gather(): { readonly report: Report; readonly faults: Fault[] } {
  const faults: Fault[] = [];
  return {
    faults,
    report: (pointer, message, about) => {
      faults.push({ pointer, message, ...(about && { about }) });
    },
  };
}

/** Appends reference tokens to a JSON Pointer, escaped (RFC 6901 §3). */
export function pointerTo(pointer: string, ...keys: readonly (string | number)[]): string {
  return keys.reduce<string>(
    (path, key) => `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    pointer,
  );
}

/** The reference tokens of a JSON Pointer, unescaped. */
export function pointerKeys(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The candidate that a misspelt word most likely stands for, if one is near enough. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let least = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  for (const candidate of candidates) {
    const found = candidate.toLowerCase();
    const begun = wanted.length >= 3 && found.startsWith(wanted);
    if (!begun && Math.abs(candidate.length - wanted.length) > least) continue;
    // One that was only begun is as near as any that is near enough.
    const away = begun ? Math.min(least, distance(wanted, found)) : distance(wanted, found);
    // Of two that are as near, one that only goes on after the word is more likely meant.
    const better = best === undefined || found.startsWith(wanted);
    if (away < least || (away === least && better)) {
      least = away;
      best = candidate;
    }
  }
  return best;
}

/** `, did you mean 'office'?` */
export const didYouMean = (word: string): string => `, did you mean ${quoted(word)}?`;

/** The same of the nearest candidate, or `fallback` where none is near. */
export function hint(word: string, candidates: Iterable<string>, fallback = ''): string {
  const near = nearest(word, candidates);
  return near === undefined ? fallback : didYouMean(near);
}

/** A value as a message quotes it: short, on one line. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const line = text.replace(/[\p{Cc}\u2028\u2029]/gu, '?');
  return `'${line.length > 60 ? `${line.slice(0, 57)}...` : line}'`;
}

/** By file, in the order of `files`, and by place in it. */
export function inOrder(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const order = new Map(files.map((name, index) => [name, index]));
  const fileOf = ({ file = '' }: Problem): number => order.get(file) ?? 0;
  return problems.toSorted(
    (a, b) =>
      fileOf(a) - fileOf(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

/** `rules.yaml:12:7: unknown schedule 'ofice', did you mean 'office'?` */
export function printProblem({ file, line, column, pointer, message }: Problem): string {
  if (file === undefined) return `${pointer}: ${message}`;
  return line === undefined ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}
