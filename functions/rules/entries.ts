import { pointerTo, type Report } from './source/fault.ts';

/** An entry of a list and where it is. */
export interface Entry<T> {
  readonly value: T;
  readonly pointer: string;
}

/** The entries of what may be given as one value or as a list; those found faulty are left out. */
export function entriesOf<T>(
  source: T | readonly (T | undefined)[] | undefined,
  pointer: string,
): Entry<T>[] {
  if (!Array.isArray(source)) {
    return source === undefined ? [] : [{ value: source as T, pointer }];
  }
  return source.flatMap((value: T | undefined, index) =>
    value === undefined ? [] : [{ value, pointer: pointerTo(pointer, index) }],
  );
}

/** Compiles each entry; those that are faulty are reported and left out. */
export function compileEach<T extends object>(
  source: string | readonly (string | undefined)[] | undefined,
  pointer: string,
  report: Report,
  compile: (text: string) => T | string,
): T[] {
  return entriesOf(source, pointer).flatMap(({ value, pointer }) => {
    const compiled = compile(value);
    if (typeof compiled !== 'string') return [compiled];
    report(pointer, compiled);
    return [];
  });
}
