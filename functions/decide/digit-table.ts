/**
 * A finite set of digit strings as a minimal automaton in one text: what phone metadata knows of
 * whole countries in a few kilobytes, asked in one step per digit.
 *
 * A state is one character, 16 if a number may end here plus how many ranges of digits lead on,
 * then five characters for each range: its first digit, its last, and where the next state begins
 * (18 bits). Six bits stand in a character of {@link ALPHABET}. The first state stands first.
 */
export type DigitTable = string;

/** base64url's: no character that JSON would escape. */
export const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export const ENDS = 16;

const VALUES = new Uint8Array(128);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

const bits = (table: DigitTable, at: number): number => VALUES[table.charCodeAt(at) & 127] ?? 0;

/** Whether the digits from `from` to the end are in the set. */
export function holdsDigits(table: DigitTable, text: string, from: number): boolean {
  if (table === '') return false;
  let state = 0;
  for (let at = from; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    const next = stateAfter(table, state, digit);
    if (next === undefined) return false;
    state = next;
  }
  return from < text.length && (bits(table, state) & ENDS) !== 0;
}

function stateAfter(table: DigitTable, state: number, digit: number): number | undefined {
  const ranges = bits(table, state) & (ENDS - 1);
  for (let at = state + 1, left = ranges; left > 0; left--, at += 5) {
    if (digit < bits(table, at) || digit > bits(table, at + 1)) continue;
    return (bits(table, at + 2) << 12) | (bits(table, at + 3) << 6) | bits(table, at + 4);
  }
  return undefined;
}
