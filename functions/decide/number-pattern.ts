/**
 * Whether a number is of a pattern: digits and `+` as they are, `x` for any digit, `[1-3]` or
 * `[147]` for one of these, and a `*` at the end for whatever follows. The pattern was checked when
 * its rule was written.
 */
export function matchesPattern(pattern: string, number: string): boolean {
  let at = 0;
  for (let i = 0; i < pattern.length; i++) {
    const sign = pattern[i] as string;
    if (sign === '*' && i === pattern.length - 1) return true;
    const found = number.charCodeAt(at++);
    if (sign === 'x') {
      if (!(found >= 0x30 && found <= 0x39)) return false;
    } else if (sign === '[') {
      const end = pattern.indexOf(']', i);
      if (!isOneOf(pattern, i + 1, end, found)) return false;
      i = end;
    } else if (sign.charCodeAt(0) !== found) return false;
  }
  return at === number.length;
}

/** Whether a character is among those between two places, `1-3` being a range. */
function isOneOf(pattern: string, from: number, end: number, found: number): boolean {
  for (let i = from; i < end; i++) {
    const first = pattern.charCodeAt(i);
    const ranges = pattern[i + 1] === '-' && i + 2 < end;
    const last = ranges ? pattern.charCodeAt(i + 2) : first;
    if (found >= first && found <= last) return true;
    if (ranges) i += 2;
  }
  return false;
}
