import { diffArrays } from 'diff';
import { stringify } from 'yaml';
import type { Paint } from './terminal.ts';

/** Unchanged lines that are shown around a change. */
const CONTEXT = 2;
const INDENT = '      ';

/** Two JSON values as YAML, line by line: what goes (`-`), what comes (`+`), and a little around it. */
export function* changedLines(before: unknown, after: unknown, paint: Paint): Generator<string> {
  const old = linesOf(inOrderOf(before, after));
  const now = linesOf(after);
  if (before !== undefined && after !== undefined && old.join('\n') === now.join('\n')) {
    yield `${INDENT}as written before, but what it refers to has changed`;
    return;
  }
  const parts = diffArrays(old, now);
  for (const [i, { value, added, removed }] of parts.entries()) {
    if (added) for (const line of value) yield paint('green', `${INDENT}+ ${line}`);
    else if (removed) for (const line of value) yield paint('red', `${INDENT}- ${line}`);
    else yield* around(value, i === 0, i === parts.length - 1);
  }
}

function* around(lines: readonly string[], first: boolean, last: boolean): Generator<string> {
  const head = first ? 0 : CONTEXT;
  const tail = last ? 0 : CONTEXT;
  for (const [i, line] of lines.entries()) {
    if (i < head || i >= lines.length - tail) yield `${INDENT}  ${line}`;
    else if (i === head) yield `${INDENT}  …`;
  }
}

function linesOf(value: unknown): string[] {
  if (value === undefined || isEmptyObject(value)) return [];
  return stringify(value, { lineWidth: 100 }).trimEnd().split('\n');
}

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** The same value with its keys in the order of another, so that order alone is no difference. */
function inOrderOf(value: unknown, model: unknown): unknown {
  if (Array.isArray(value)) {
    const models = Array.isArray(model) ? model : [];
    return value.map((entry, i) => inOrderOf(entry, models[i]));
  }
  if (typeof value !== 'object' || value === null) return value;
  const own = value as Record<string, unknown>;
  const other = (typeof model === 'object' && model !== null ? model : {}) as typeof own;
  const keys = new Set([...Object.keys(other), ...Object.keys(own)]);
  return Object.fromEntries(
    [...keys]
      .filter((key) => Object.hasOwn(own, key))
      .map((key) => [key, inOrderOf(own[key], other[key])]),
  );
}
