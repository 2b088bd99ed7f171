/**
 * The patterns in which phone metadata describes numbers: digits, `\d`, classes, groups, `|`, and
 * the quantifiers `?`, `{n}`, `{n,m}`. As an automaton they can be asked what a regular expression
 * can't: whether any number that begins so would match.
 */
export interface DigitPattern {
  /** The states before the first digit. */
  readonly start: States;
  /** The states after one more digit; empty where no number goes on so. */
  readonly step: (states: States, digit: number) => States;
  /** Whether the digits so far are a whole number. */
  readonly ends: (states: States) => boolean;
  /** Whether only the length of what follows matters from here on, not which digits it has. */
  readonly isUniform: (states: States) => boolean;
}

export type States = ReadonlySet<number>;

interface State {
  /** Digits that lead on, as bits. */
  digits: number;
  next: number;
  /** States entered without a digit. */
  readonly free: number[];
}

const ANY_DIGIT = 0b11_1111_1111;

/** @throws Error on a construct that the metadata does not use */
export function digitPattern(source: string): DigitPattern {
  const states: State[] = [];
  let at = 0;

  const add = (): number => states.push({ digits: 0, next: -1, free: [] }) - 1;
  const link = (from: number, to: number): void => {
    states[from]?.free.push(to);
  };

  /** Builds alternatives from a state; returns where they join. */
  function alternatives(from: number): number {
    const end = add();
    for (;;) {
      link(sequence(from), end);
      if (source[at] !== '|') return end;
      at++;
    }
  }

  function sequence(from: number): number {
    let state = add();
    link(from, state);
    while (at < source.length && source[at] !== '|' && source[at] !== ')')
      state = quantified(state);
    return state;
  }

  /** An atom and its quantifier; the atom is read again for each time that it may stand there. */
  function quantified(from: number): number {
    const start = at;
    let state = atom(from);
    const after = at;
    if (source[after] !== '?' && source[after] !== '{') return state;
    const found = /^(?:\{(\d+)(?:,(\d+))?\}|\?)/.exec(source.slice(after)) ?? unknown();
    const [quantifier, least = 0, most = least || 1] = found;
    const min = Number(least);
    const max = Number(most);
    const out = add();
    if (min === 0) link(from, out);
    for (let times = 1; ; times++) {
      if (times >= min) link(state, out);
      if (times >= max) break;
      at = start;
      state = atom(state);
    }
    at = after + quantifier.length;
    return out;
  }

  function atom(from: number): number {
    if (source[at] === '(') {
      at += source.startsWith('(?:', at) ? 3 : 1;
      const end = alternatives(from);
      if (source[at] !== ')') unknown();
      at++;
      return end;
    }
    const start = add();
    link(from, start);
    const state = states[start] as State;
    state.digits = digits();
    state.next = add();
    return state.next;
  }

  function digits(): number {
    const char = source[at] ?? unknown();
    at++;
    if (char === '\\' && source[at] === 'd') {
      at++;
      return ANY_DIGIT;
    }
    if (char !== '[') return 1 << digit(char);
    let set = 0;
    while (source[at] !== ']') {
      const first = digit(source[at++]);
      let last = first;
      if (source[at] === '-') {
        last = digit(source[at + 1]);
        at += 2;
      }
      for (let d = first; d <= last; d++) set |= 1 << d;
    }
    at++;
    return set;
  }

  function digit(char: string | undefined): number {
    return char !== undefined && /\d/.test(char) ? Number(char) : unknown();
  }

  function unknown(): never {
    throw new Error(`unknown construct at offset ${at} of the pattern ${source}`);
  }

  function close(from: Iterable<number>): States {
    const reached = new Set(from);
    // A Set's iteration goes on over what is added meanwhile.
    for (const state of reached) for (const free of states[state]?.free ?? []) reached.add(free);
    return reached;
  }

  const first = add();
  const last = alternatives(first);
  if (at < source.length) unknown();

  const step = (from: States, digit: number): States =>
    close(
      [...from].flatMap((state) => {
        const { digits, next } = states[state] as State;
        return digits & (1 << digit) ? [next] : [];
      }),
    );

  function isUniform(from: States): boolean {
    const next = step(from, 0);
    for (let digit = 1; digit <= 9; digit++) {
      const other = step(from, digit);
      if (other.size !== next.size || ![...other].every((state) => next.has(state))) return false;
    }
    return next.size === 0 || isUniform(next);
  }

  return { start: close([first]), step, ends: (from) => from.has(last), isUniform };
}

/** Every number of a pattern that has few of them. */
export function numbersOf(source: string): string[] {
  const { start, step, ends } = digitPattern(source);
  const found: string[] = [];
  const visit = (states: States, prefix: string): void => {
    if (states.size === 0) return;
    if (ends(states)) found.push(prefix);
    for (let digit = 0; digit <= 9; digit++) visit(step(states, digit), prefix + digit);
  };
  visit(start, '');
  return found;
}
