import { SipSyntaxError } from './error.ts';

/**
 * The URI as it may stand in `<>`: printable ASCII without space, `<`, `>` and `"`.
 *
 * The last check before a URI goes into a header line, whoever composed it.
 *
 * @throws SipSyntaxError
 */
export function inAngles(uri: string): string {
  const bad = uri.search(/[^!#-;=?-~]/);
  if (bad >= 0) throw new SipSyntaxError('a URI with a character that breaks a header', bad);
  return `<${uri}>`;
}

/** A token as it is, everything else as a quoted string (RFC 3261 §25.1). */
export function tokenOrQuoted(text: string): string {
  if (/^[-A-Za-z0-9.!%*_+`'~]+$/.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a quoted string can't hold them
  return `"${text.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}
