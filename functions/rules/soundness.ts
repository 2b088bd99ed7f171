import { type Fault, pointerKeys, pointerTo } from './problem.ts';

/**
 * Which parts of a document are as the schema wants them, so that the rest can be judged although
 * some are not.
 */
export interface Soundness {
  /** Whether a value has no fault, nor anything in it. */
  readonly whole: (pointer: string) => boolean;
  /** Whether a value is of the right type, whatever may be wrong with what is in it. */
  readonly itself: (pointer: string) => boolean;
}

/** What the faults that the schema found leave over. */
export function soundnessAfter(faults: readonly Fault[]): Soundness {
  const faulty = new Set<string>();
  const touched = new Set<string>();
  for (const { pointer } of faults) {
    faulty.add(pointer);
    let path = '';
    touched.add(path);
    for (const key of pointerKeys(pointer)) {
      path = pointerTo(path, key);
      touched.add(path);
    }
  }
  return {
    whole: (pointer) => !touched.has(pointer),
    itself: (pointer) => !faulty.has(pointer),
  };
}
