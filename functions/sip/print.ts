import { DELETE, GREATER, isOf, LESS, QUOTE, SPACE, TOKEN } from './chars.ts';
import { SipSyntaxError } from './error.ts';

/**
 * The URI as it may stand in `<>`: printable ASCII without space, `<`, `>` and `"`.
 *
 * The last check before a URI goes into a header line, whoever composed it.
 *
 * @throws SipSyntaxError
 */
export function inAngles(uri: string): string {
  for (let at = 0; at < uri.length; at++) {
    const code = uri.charCodeAt(at);
    if (code <= SPACE || code >= DELETE || code === LESS || code === GREATER || code === QUOTE) {
      throw new SipSyntaxError('a URI with a character that breaks a header', at);
    }
  }
  return `<${uri}>`;
}

/** A token as it is, everything else as a quoted string (RFC 3261 §25.1). */
export function tokenOrQuoted(text: string): string {
  if (isToken(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a quoted string can't hold them
  return `"${text.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}

function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isOf(text.charCodeAt(i), TOKEN)) return false;
  return text !== '';
}
