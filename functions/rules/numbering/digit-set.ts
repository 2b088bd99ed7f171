import { ALPHABET, type DigitTable, ENDS } from '../../decide/digit-table.ts';
import { digitPattern, type States } from './digit-pattern.ts';

/**
 * A finite set of digit strings as a minimal acyclic automaton: equal states are one object, so
 * that sets are compared, and joined, by identity.
 */
export interface DigitSet {
  readonly ends: boolean;
  /** After each digit; undefined where no number goes on so. */
  readonly next: readonly (DigitSet | undefined)[];
  readonly id: number;
}

const known = new Map<string, DigitSet>();

/** The state with this content, undefined where it leads nowhere. */
function stateOf(ends: boolean, next: readonly (DigitSet | undefined)[]): DigitSet | undefined {
  if (!ends && next.every((state) => state === undefined)) return undefined;
  const key = `${ends ? 1 : 0}${next.map((state) => state?.id ?? '').join(',')}`;
  let state = known.get(key);
  if (state === undefined) {
    state = { ends, next, id: known.size };
    known.set(key, state);
  }
  return state;
}

const patterns = new Map<string, DigitSet | undefined>();

/** The numbers that a pattern of the metadata describes. */
export function setOfPattern(source: string): DigitSet | undefined {
  if (!patterns.has(source)) patterns.set(source, readPattern(source));
  return patterns.get(source);
}

function readPattern(source: string): DigitSet | undefined {
  const pattern = digitPattern(source);
  const done = new Map<string, DigitSet | undefined>();
  const visit = (states: States): DigitSet | undefined => {
    if (states.size === 0) return undefined;
    const key = [...states].sort((a, b) => a - b).join();
    if (!done.has(key)) {
      const next = DIGITS.map((digit) => visit(pattern.step(states, digit)));
      done.set(key, stateOf(pattern.ends(states), next));
    }
    return done.get(key);
  };
  return visit(pattern.start);
}

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The numbers that are in any of these sets. */
export function union(sets: readonly (DigitSet | undefined)[]): DigitSet | undefined {
  const done = new Map<string, DigitSet | undefined>();
  const join = (parts: readonly (DigitSet | undefined)[]): DigitSet | undefined => {
    const states = [...new Set(parts.filter((part) => part !== undefined))];
    if (states.length <= 1) return states[0];
    states.sort((a, b) => a.id - b.id);
    const key = states.map(({ id }) => id).join();
    if (!done.has(key)) {
      const next = DIGITS.map((digit) => join(states.map((state) => state.next[digit])));
      done.set(
        key,
        stateOf(
          states.some(({ ends }) => ends),
          next,
        ),
      );
    }
    return done.get(key);
  };
  return join(sets);
}

/** The numbers that are in both. */
export function both(a: DigitSet | undefined, b: DigitSet | undefined): DigitSet | undefined {
  const done = new Map<string, DigitSet | undefined>();
  const meet = (one: DigitSet | undefined, other: DigitSet | undefined): DigitSet | undefined => {
    if (one === other || one === undefined || other === undefined) return one && other;
    const key = `${one.id} ${other.id}`;
    if (!done.has(key)) {
      const next = DIGITS.map((digit) => meet(one.next[digit], other.next[digit]));
      done.set(key, stateOf(one.ends && other.ends, next));
    }
    return done.get(key);
  };
  return meet(a, b);
}

/** The same numbers, each after these digits. */
export function after(prefix: string, set: DigitSet | undefined): DigitSet | undefined {
  let state = set;
  for (const digit of [...prefix].reverse()) {
    const next: (DigitSet | undefined)[] = new Array(10).fill(undefined);
    next[Number(digit)] = state;
    state = stateOf(false, next);
  }
  return state;
}

/** Those of at least so many digits. */
export function atLeast(least: number, set: DigitSet | undefined): DigitSet | undefined {
  const done = new Map<string, DigitSet | undefined>();
  const visit = (state: DigitSet | undefined, left: number): DigitSet | undefined => {
    if (state === undefined || left <= 0) return state;
    const key = `${state.id} ${left}`;
    if (!done.has(key)) {
      const next = state.next.map((one) => visit(one, left - 1));
      done.set(key, stateOf(false, next));
    }
    return done.get(key);
  };
  return visit(set, least);
}

export function holds(set: DigitSet | undefined, digits: string): boolean {
  let state = set;
  for (const digit of digits) state = state?.next[Number(digit)];
  return state?.ends === true;
}

const tables = new Map<DigitSet, DigitTable>();

/** The set as deciding reads it. */
export function tableOf(set: DigitSet | undefined): DigitTable {
  if (set === undefined) return '';
  const known = tables.get(set) ?? written(set);
  tables.set(set, known);
  return known;
}

function written(set: DigitSet): DigitTable {
  const offsets = new Map<DigitSet, number>();
  let length = 0;
  const order: DigitSet[] = [set];
  offsets.set(set, 0);
  // The list grows while it is walked, each state once.
  for (const state of order) {
    offsets.set(state, length);
    length += 1 + 5 * rangesOf(state).length;
    for (const next of state.next) {
      if (next === undefined || offsets.has(next)) continue;
      offsets.set(next, -1);
      order.push(next);
    }
  }
  if (length > 1 << 18) throw new Error(`a table of ${length} characters has no room in 18 bits`);
  const char = (value: number): string => ALPHABET[value] as string;
  return order
    .map((state) => {
      const ranges = rangesOf(state);
      const head = char((state.ends ? ENDS : 0) + ranges.length);
      return (
        head +
        ranges
          .map(({ first, last, next }) => {
            const to = offsets.get(next) as number;
            return char(first) + char(last) + char(to >> 12) + char((to >> 6) & 63) + char(to & 63);
          })
          .join('')
      );
    })
    .join('');
}

/** Neighbouring digits that lead to the same state. */
function rangesOf(state: DigitSet): { first: number; last: number; next: DigitSet }[] {
  const ranges: { first: number; last: number; next: DigitSet }[] = [];
  state.next.forEach((next, digit) => {
    if (next === undefined) return;
    const previous = ranges.at(-1);
    if (previous?.next === next && previous.last === digit - 1) previous.last = digit;
    else ranges.push({ first: digit, last: digit, next });
  });
  return ranges;
}
