export type Range = readonly [number, number];

/**
 * Sorts ranges and merges those that overlap or touch.
 *
 * @param step by how much the end of one lies before the start of the next where they touch: 1
 *   for days (end included), 0 for times (end excluded)
 */
export function mergeRanges(ranges: Iterable<Range>, step: 0 | 1): Range[] {
  const merged: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + step) {
      previous[1] = Math.max(previous[1], last);
    } else merged.push([first, last]);
  }
  return merged;
}
