import { readPrefix } from './numbering/number.ts';
import { quoted } from './source/fault.ts';

/** A pattern of numbers: one that begins with `+`, or of short ones (`ext:`). */
export type NumberPattern =
  | { readonly is: 'prefix' | 'pattern'; readonly value: string }
  | { readonly is: 'extension'; readonly value: string };

const DIGIT = String.raw`(?:\d|x|\[\d(?:-\d)?(?:\d(?:-\d)?)*\])`;
const E164 = new RegExp(String.raw`^\+${DIGIT}{1,15}\*?$`);
const SHORT = new RegExp(`^(?:${DIGIT}|[#*]){1,15}$`);

/**
 * `+49*`, `+4930123456*`, `+43[1-3]*`, `+4930123xx`, `ext:1xxx`; a text says why it is none, and
 * undefined stands for what is meant as something else.
 */
export function readPattern(text: string): NumberPattern | string | undefined {
  if (text.startsWith('ext:')) {
    const value = text.slice(4).toLowerCase();
    return SHORT.test(value)
      ? { is: 'extension', value }
      : `${quoted(text)} must be ext: and a short number, x for any digit, like ext:1xxx`;
  }
  if (!/[*[\]]$|[[\]]/.test(text) && !/^\+[\d\s]*x+\*?$/i.test(text)) return undefined;
  const prefix = text.endsWith('*') ? readPrefix(text.slice(0, -1)) : undefined;
  if (typeof prefix === 'string') return prefix;
  if (prefix !== undefined && prefix.number !== '+') return { is: 'prefix', value: prefix.number };
  // Visual separators (RFC 3966 §5.1.1) go, but the dash of a range stays.
  const value = text
    .replace(/\[[^\]]*\]|[-.()\p{Zs}]/gu, (part) => (part.startsWith('[') ? part : ''))
    .toLowerCase();
  return E164.test(value)
    ? { is: 'pattern', value }
    : `${quoted(text)} must be a pattern in E.164 form like +49*, +43[1-3]* or +4930123xx`;
}
