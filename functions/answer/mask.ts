/**
 * What looks like digits and is no phone number (kept), or a phone number: seven digits and more,
 * in any script, with what people write between them or cannot see. A UUID and an IPv4 address keep a Call-ID
 * recognizable; behind a letter a number is a number still.
 */
const DIGITS =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![\p{Nd}.])\d{1,3}(?:\.\d{1,3}){3}(?![\p{Nd}.])|\+?\p{Nd}(?:[-.*#()_/\p{Zs}\p{Cf}]{0,2}\p{Nd}){6,}/giu;

/** Of a phone number: what is shorter is an extension. */
const FEWEST_DIGITS = 7;

/** Whether a piece that `DIGITS` finds is a UUID or an address. */
const KEPT = /^[0-9a-f]{8}-[0-9a-f]{4}-|^\d{1,3}(?:\.\d{1,3}){3}$/i;

/**
 * A text for the log without the phone numbers that stand in it: `+49301234567` becomes
 * `+49*******67`. A short number is an extension, and stays.
 */
export function maskNumbers(text: string): string {
  if (text.length < FEWEST_DIGITS) return text;
  return text.replace(DIGITS, (found) =>
    KEPT.test(found)
      ? found
      : found.slice(0, 3) + found.slice(3, -2).replace(/\p{Nd}/gu, '*') + found.slice(-2),
  );
}
