import { type Fault, pointerKeys } from './fault.ts';

/**
 * What is left of a value when the faults that its schema found are taken out: everything that is
 * there is as the schema wants it, but any part may be missing. A name in a mapping stays, with
 * undefined for its value, and so does the place in a list.
 */
export type WithoutFaults<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer E)[]
    ? readonly (WithoutFaults<E> | undefined)[]
    : { readonly [K in keyof T]?: WithoutFaults<T[K]> | undefined };

type Container = Record<string, unknown>;

/** Takes the faults out of a value, so that the rest can be judged although they are there. */
export function withoutFaults<T>(
  source: unknown,
  faults: readonly Fault[],
): WithoutFaults<T> | undefined {
  const root: Container = { source };
  const copied = new Set<unknown>([root]);
  for (const { pointer, about } of faults) {
    // An unknown key is not looked at; a list that is too long can be judged entry by entry.
    if (about !== undefined) continue;
    const keys = ['source', ...pointerKeys(pointer)];
    let container = root;
    for (const [depth, key] of keys.entries()) {
      if (depth === keys.length - 1) {
        container[key] = undefined;
        break;
      }
      const inner = container[key];
      if (typeof inner !== 'object' || inner === null) break;
      const copy = copied.has(inner) ? inner : Array.isArray(inner) ? [...inner] : { ...inner };
      copied.add(copy);
      container[key] = copy;
      container = copy as Container;
    }
  }
  return root.source as WithoutFaults<T> | undefined;
}
