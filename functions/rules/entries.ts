import { pointerTo, type Report } from './problem.ts';
import { many } from './schema.ts';

/** Compiles one entry or a list of them; those that are faulty are reported and left out. */
export function compileEach<T extends object>(
  source: string | readonly string[],
  pointer: string,
  report: Report,
  compile: (text: string) => T | string,
): readonly T[] {
  return many(source).flatMap((text, index) => {
    const compiled = compile(text);
    if (typeof compiled !== 'string') return [compiled];
    report(typeof source === 'string' ? pointer : pointerTo(pointer, index), compiled);
    return [];
  });
}
