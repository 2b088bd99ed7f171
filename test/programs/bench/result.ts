/** One aim: `ratio op aim`, each ratio taken against a named floor or peer in the same run. */
export interface Result {
  readonly name: string;
  readonly ratio: number;
  readonly op: '<=' | '>=';
  readonly aim: number;
  /** What was measured against what, with the figures. */
  readonly method: string;
}

/** A part of the benchmark: its aims, and what is shown beside them without an aim. */
export interface Part {
  readonly results: readonly Result[];
  readonly notes: readonly string[];
}

export const isMet = ({ ratio, op, aim }: Result): boolean =>
  op === '<=' ? ratio <= aim : ratio >= aim;

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const fixed = (value: number, digits = 2): string => value.toFixed(digits);
