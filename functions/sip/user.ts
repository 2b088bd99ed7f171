import { NO_PARAMS, type Param } from './params.ts';

/** Escapes of ASCII characters, or of what may be one longer UTF-8 character. */
const ESCAPED =
  /(?:%[0-7][0-9a-f])+|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}/gi;

/**
 * Decodes the escapes of a user part, as UTF-8. What is no escape, or not UTF-8, stays as written.
 *
 * The result may hold any character, control characters and NUL included: it is for comparing,
 * never for a header. `escapeUser` is the way back.
 */
export function unescapeUser(user: string): string {
  return user.includes('%') ? user.replace(ESCAPED, decode) : user;
}

function decode(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

/**
 * Escapes what RFC 3261's `user` production does not allow, `%` included, and `;`, behind which
 * others read parameters (§19.1.6). Lone surrogates become U+FFFD.
 */
export function escapeUser(text: string): string {
  return text.toWellFormed().replace(/[^-A-Za-z0-9_.!~*'()&=+$,?/]+/g, encodeURIComponent);
}

/**
 * Who a user part names: what stands before a raw `;` (RFC 3261 §19.1.6 puts the parameters of a
 * telephone-subscriber there), unescaped and in Unicode's NFKC, in which a full-width digit is a
 * digit. An escaped `;` belongs to the name.
 */
export function userText(user: string): string {
  const semicolon = user.indexOf(';');
  const text = unescapeUser(semicolon < 0 ? user : user.slice(0, semicolon));
  return isAscii(text) ? text : text.normalize('NFKC');
}

/** The parameters after the first raw `;` of a user part. */
export function userParams(user: string): readonly Param[] {
  const semicolon = user.indexOf(';');
  if (semicolon < 0) return NO_PARAMS;
  return user
    .slice(semicolon + 1)
    .split(';')
    .map((text): Param => {
      const equals = text.indexOf('=');
      return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
    });
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** Whether an unescaped user part is a number: digits and `+*#-.()`, at least one digit. */
export function isNumber(user: string): boolean {
  // All of these characters come before the letters: most names end here.
  if (user.charCodeAt(0) > 0x39) return false;
  return /^[-+*#.()]*[0-9][-+*#.()0-9]*$/.test(user);
}

/**
 * Whether an unescaped user part is plainly a name. Calls go to nothing else that is unknown:
 * gateways read numbers, trunks and dial strings out of almost any other character.
 */
export function isPlainName(user: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(user);
}

/** Drops RFC 3966's visual separators. */
export function stripSeparators(number: string): string {
  return number.replace(/[-.()]/g, '');
}
