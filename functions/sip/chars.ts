import { SipSyntaxError } from './error.ts';

/** Character classes of RFC 3261 §25.1, one bit each; `escaped` (%41) is handled by `scan`. */
export const USER = 1;
export const PASSWORD = 2;
/** paramchar, also RFC 3966's. */
export const PARAM = 4;
/** hname, hvalue and what joins them. */
export const HEADER = 8;
export const TOKEN = 16;
export const HEX = 32;
/** RFC 8141 NSS without `%`. */
export const URN = 64;

export const TAB = 9;
export const SPACE = 32;
export const QUOTE = 34;
export const PERCENT = 37;
export const COMMA = 44;
export const COLON = 58;
export const SEMICOLON = 59;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;
export const BACKSLASH = 92;
export const DELETE = 127;

const CLASSES = new Uint8Array(128);

function define(bits: number, chars: string): void {
  for (const char of chars) {
    const code = char.charCodeAt(0);
    CLASSES[code] = (CLASSES[code] ?? 0) | bits;
  }
}

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
define(USER | PASSWORD | PARAM | HEADER | TOKEN | URN, DIGITS + LETTERS);
define(HEX, `${DIGITS}abcdefABCDEF`);
define(USER | PASSWORD | PARAM | HEADER, "-_.!~*'()");
define(PASSWORD, '&=+$,');
// '#' must be escaped in a user part, but phones send feature codes (*72#) as they are dialled.
define(USER, '&=+$,;?/#');
define(PARAM, '[]/:&+$');
// '=' and '&' join headers; ';' ',' and '@' are what RFC 4244's examples leave unescaped in Reason.
define(HEADER, '[]/?:+$=&;,@');
define(TOKEN, "-.!%*_+`'~");
define(URN, "-._~!$&'()*+,;=:@/");

/** Whether a UTF-16 code unit is of a class. */
export function isOf(code: number, bits: number): boolean {
  return ((CLASSES[code] ?? 0) & bits) !== 0;
}

/**
 * The offset of the first character from `from` that is neither of the class nor an escape.
 *
 * @throws SipSyntaxError on a `%` that two hexadecimal digits do not follow
 */
export function scan(text: string, from: number, bits: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isOf(code, bits)) continue;
    if (code !== PERCENT) break;
    if (!isOf(text.charCodeAt(at + 1), HEX) || !isOf(text.charCodeAt(at + 2), HEX)) {
      throw new SipSyntaxError('% without two hexadecimal digits', at);
    }
    at += 2;
  }
  return at;
}
