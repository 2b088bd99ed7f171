import {
  BACKSLASH,
  COMMA,
  DELETE,
  EQUALS,
  GREATER,
  isOf,
  LESS,
  QUOTE,
  SEMICOLON,
  SPACE,
  TAB,
  TOKEN,
} from './chars.ts';
import { SipSyntaxError, unexpected } from './error.ts';
import { NO_PARAMS, type Param } from './params.ts';
import { parseUri, type Uri } from './uri.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_IN_NAME = /["\u0000-\u0008\u000a-\u001f\u007f]/;

/** The value of From, To, Contact, P-Asserted-Identity, Diversion, History-Info … (RFC 3261 §25.1). */
export interface NameAddr {
  /** Unquoted. May hold any character that was escaped in quotes: not for a header as it is. */
  readonly display?: string | undefined;
  readonly uri: Uri;
  /** Header parameters: those outside of `<>`. Quoted values are unquoted. */
  readonly params: readonly Param[];
}

/**
 * Reads one `name-addr` or `addr-spec` with its header parameters. Without `<>` every `;…` is a
 * header parameter (RFC 3261 §20).
 *
 * Tolerated: folded lines, spaces just inside `<>`, a display name that should be in quotes,
 * and header parameters left empty (`;;`): calls come with them and nothing is ambiguous.
 *
 * @throws SipSyntaxError also where a second value follows after a comma: see `splitList`
 */
export function parseNameAddr(text: string): NameAddr {
  const line = unfold(text);
  const start = skipSpace(line, 0);
  if (line.charCodeAt(start) === QUOTE) {
    const [display, end] = readQuoted(line, start);
    const open = skipSpace(line, end);
    if (line.charCodeAt(open) !== LESS) unexpected(line, open, 'the value, < must follow a name');
    return readAngled(line, open, display);
  }
  const open = line.indexOf('<', start);
  const semicolon = line.indexOf(';', start);
  if (open >= 0 && (semicolon < 0 || open < semicolon)) {
    const display = line.slice(start, open).trimEnd();
    const bad = display.search(NOT_IN_NAME);
    if (bad >= 0) unexpected(line, start + bad, 'the display name');
    return readAngled(line, open, display || undefined);
  }
  const end = semicolon < 0 ? line.length : semicolon;
  const spec = line.slice(start, end).trimEnd();
  const reserved = spec.search(/[,?]/);
  if (reserved >= 0) unexpected(line, start + reserved, 'a URI without <>');
  return { display: undefined, uri: parseUri(spec), params: readParams(line, end) };
}

/**
 * Splits comma-separated header values into their elements, trimmed and unfolded, in order.
 * Commas in quoted strings and in `<>` don't count; empty elements are dropped.
 *
 * No element holds a line break or another control character, whatever was given: they have
 * become spaces, so that an element can be repeated in a header as it is.
 */
export function splitList(values: readonly string[]): string[] {
  const elements: string[] = [];
  for (const value of values) {
    const line = value.replace(CONTROLS, ' ');
    let start = 0;
    while (start < line.length) {
      const end = endOfElement(line, start);
      const element = line.slice(start, end).trim();
      if (element) elements.push(element);
      start = end + 1;
    }
  }
  return elements;
}

/** The offset of the comma that ends the element begun at `from`, or the end of the line. */
function endOfElement(line: string, from: number): number {
  let at = from;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === COMMA) return at;
    const close =
      code === QUOTE ? closingQuote(line, at) : code === LESS ? line.indexOf('>', at) : at;
    if (close < 0) break;
    at = close + 1;
  }
  return line.length;
}

/** Whether quotes and `<>` end inside the element: else it would swallow what is written behind it. */
export function isClosed(element: string): boolean {
  let at = 0;
  while (at < element.length) {
    const code = element.charCodeAt(at);
    if (code === GREATER) return false;
    const close =
      code === QUOTE ? closingQuote(element, at) : code === LESS ? element.indexOf('>', at) : at;
    if (close < 0 || (code === LESS && element.slice(at, close).includes('"'))) return false;
    at = close + 1;
  }
  return true;
}

/** Reads `<uri>` at `open` and the header parameters after it. */
function readAngled(line: string, open: number, display: string | undefined): NameAddr {
  const close = line.indexOf('>', open);
  if (close < 0) throw new SipSyntaxError('< without >', open);
  const uri = parseUri(line.slice(open + 1, close).trim());
  const params = readParams(line, close + 1);
  return { display, uri, params };
}

/**
 * Reads `;name=value;name="quoted";name` up to the end of the line.
 *
 * @throws SipSyntaxError on anything else
 */
export function readParams(line: string, from: number): readonly Param[] {
  let at = skipSpace(line, from);
  if (at === line.length) return NO_PARAMS;
  const params: Param[] = [];
  while (at < line.length) {
    if (line.charCodeAt(at) !== SEMICOLON) unexpected(line, at, 'the value, ; must come first');
    const nameStart = skipSpace(line, at + 1);
    at = nameStart;
    while (at < line.length && isOf(line.charCodeAt(at), TOKEN)) at++;
    const name = line.slice(nameStart, at);
    at = skipSpace(line, at);
    if (name && line.charCodeAt(at) === EQUALS) {
      at = skipSpace(line, at + 1);
      if (line.charCodeAt(at) === QUOTE) {
        const [value, end] = readQuoted(line, at);
        params.push([name, value]);
        at = end;
      } else {
        const valueStart = at;
        while (at < line.length && isParamValue(line.charCodeAt(at))) at++;
        params.push([name, line.slice(valueStart, at)]);
      }
      at = skipSpace(line, at);
    } else if (name) {
      params.push([name, undefined]);
    }
  }
  return params;
}

/** What a token, a host or what systems write instead of them has. */
function isParamValue(code: number): boolean {
  return (
    code > SPACE &&
    code !== DELETE &&
    code !== SEMICOLON &&
    code !== COMMA &&
    code !== QUOTE &&
    code !== LESS &&
    code !== GREATER
  );
}

/** The text of the quoted string that begins at `open`, and the offset behind it. */
function readQuoted(line: string, open: number): [text: string, end: number] {
  const close = closingQuote(line, open);
  if (close < 0) throw new SipSyntaxError('quoted string without end', open);
  const quoted = line.slice(open + 1, close);
  const text = quoted.includes('\\') ? quoted.replace(/\\(.)/gs, '$1') : quoted;
  return [text, close + 1];
}

/** The offset of the `"` that ends the quoted string begun at `open`, -1 where none does. */
export function closingQuote(line: string, open: number): number {
  for (let at = open + 1; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return -1;
}

function skipSpace(line: string, from: number): number {
  let at = from;
  for (; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code !== SPACE && code !== TAB) break;
  }
  return at;
}

/** Joins folded lines (RFC 3261 §7.3.1); a line break that folds nothing is refused. */
function unfold(text: string): string {
  if (!/[\r\n]/.test(text)) return text;
  const line = text.replace(/\r?\n[ \t]+/g, ' ');
  const lineBreak = line.search(/[\r\n]/);
  if (lineBreak >= 0) unexpected(line, lineBreak, 'the value');
  return line;
}
