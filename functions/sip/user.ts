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

/** Escapes what RFC 3261's `user` production does not allow, `%` included. Lone surrogates become U+FFFD. */
export function escapeUser(text: string): string {
  return text.toWellFormed().replace(/[^-A-Za-z0-9_.!~*'()&=+$,;?/]+/g, encodeURIComponent);
}

/** Whether an unescaped user part is a number: digits and `+*#-.()`, at least one digit. */
export function isNumber(user: string): boolean {
  // All of these characters come before the letters: most names end here.
  if (user.charCodeAt(0) > 0x39) return false;
  return /^[-+*#.()]*[0-9][-+*#.()0-9]*$/.test(user);
}

/** Drops RFC 3966's visual separators. */
export function stripSeparators(number: string): string {
  return number.replace(/[-.()]/g, '');
}
