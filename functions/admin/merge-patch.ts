/**
 * Applies a JSON Merge Patch (RFC 7396 §2): members of an object replace or, with `null`, remove;
 * everything else replaces whole.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  // Unlike an assignment this gives a member of its own also where the name is `__proto__`.
  return Object.fromEntries(merged);
}

import { isObject } from '../rules/schema/is-object.ts';
