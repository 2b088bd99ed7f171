import { EQUALS, PARAM, SEMICOLON, scan } from './chars.ts';
import { unexpected } from './error.ts';

/** A parameter as written; `value` is undefined where there is no `=`. */
export type Param = readonly [name: string, value: string | undefined];

/** The value of the first parameter of that name (any case), `true` where it has none. */
export function param(params: readonly Param[], name: string): string | true | undefined {
  const found = params.find(
    ([key]) =>
      key === name || (key.length === name.length && key.toLowerCase() === name.toLowerCase()),
  );
  return found && (found[1] ?? true);
}

export const NO_PARAMS: readonly Param[] = [];

/**
 * Reads `;name=value;name…` of a URI (RFC 3261 uri-parameters, RFC 3966 par) from offset `from`.
 *
 * @returns the parameters, and the offset of the first character that is none of theirs
 */
export function scanUriParams(text: string, from: number): [params: readonly Param[], end: number] {
  if (text.charCodeAt(from) !== SEMICOLON) return [NO_PARAMS, from];
  const params: Param[] = [];
  let at = from;
  while (text.charCodeAt(at) === SEMICOLON) {
    const nameEnd = scan(text, at + 1, PARAM);
    if (nameEnd === at + 1) unexpected(text, nameEnd, 'a URI parameter name');
    const name = text.slice(at + 1, nameEnd);
    at = nameEnd;
    if (text.charCodeAt(at) === EQUALS) {
      at = scan(text, nameEnd + 1, PARAM);
      params.push([name, text.slice(nameEnd + 1, at)]);
    } else {
      params.push([name, undefined]);
    }
  }
  return [params, at];
}

export function printUriParams(params: readonly Param[]): string {
  let text = '';
  for (const [name, value] of params) {
    text += value === undefined ? `;${name}` : `;${name}=${value}`;
  }
  return text;
}
