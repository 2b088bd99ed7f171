import { COLON, HEADER, PASSWORD, scan, URN, USER } from './chars.ts';
import { SipSyntaxError, unexpected } from './error.ts';
import { readHost, scanHost } from './host.ts';
import { type Param, printUriParams, scanUriParams } from './params.ts';

export { type Param, param } from './params.ts';

/** RFC 3261 §19.1. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** As written, escaped; a `#` that was not is too. */
  readonly user?: string | undefined;
  /** As written, escaped. */
  readonly password?: string | undefined;
  /** Lower case, no dot at the end; IPv6 in [] and in RFC 5952's spelling. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port?: number | undefined;
  readonly params: readonly Param[];
  /** As written, without the `?`. */
  readonly headers?: string | undefined;
}

/** RFC 3966. A local number without phone-context is accepted: the caller knows the context. */
export interface TelUri {
  readonly scheme: 'tel';
  /** As written, with visual separators. */
  readonly number: string;
  readonly params: readonly Param[];
}

/** RFC 8141; `urn:service:sos` is RFC 5031. */
export interface UrnUri {
  readonly scheme: 'urn';
  /** What follows `urn:`, lower case. */
  readonly value: string;
}

export type Uri = SipUri | TelUri | UrnUri;

/**
 * Reads an addr-spec whole: nothing may stand before or after it.
 *
 * What was read has no space, control character, `<`, `>`, `"` or line break in any part.
 *
 * @throws SipSyntaxError also for schemes other than sip, sips, tel and urn
 */
export function parseUri(text: string): Uri {
  const colon = text.indexOf(':');
  const scheme = colon === 3 || colon === 4 ? text.slice(0, colon).toLowerCase() : '';
  switch (scheme) {
    case 'sip':
    case 'sips':
      return parseSip(text, scheme, colon + 1);
    case 'tel':
      return parseTel(text);
    case 'urn':
      return parseUrn(text);
    default:
      throw new SipSyntaxError('a URI that is not sip:, sips:, tel: or urn:', 0);
  }
}

/** The inverse of `parseUri`. */
export function printUri(uri: Uri): string {
  switch (uri.scheme) {
    case 'tel':
      return `tel:${uri.number}${printUriParams(uri.params)}`;
    case 'urn':
      return `urn:${uri.value}`;
    default: {
      let text = `${uri.scheme}:`;
      if (uri.user !== undefined) {
        text += uri.password === undefined ? `${uri.user}@` : `${uri.user}:${uri.password}@`;
      }
      text += uri.host;
      if (uri.port !== undefined) text += `:${uri.port}`;
      if (uri.params.length > 0) text += printUriParams(uri.params);
      return uri.headers === undefined ? text : `${text}?${uri.headers}`;
    }
  }
}

function parseSip(text: string, scheme: 'sip' | 'sips', from: number): SipUri {
  let at = from;
  let user: string | undefined;
  let password: string | undefined;
  // No other part may hold an unescaped @, so the first one ends the userinfo.
  if (text.includes('@', from)) {
    at = scan(text, from, USER);
    if (at === from) unexpected(text, at, 'the user part');
    user = text.slice(from, at).replaceAll('#', '%23');
    if (text.charCodeAt(at) === COLON) {
      const end = scan(text, at + 1, PASSWORD);
      password = text.slice(at + 1, end);
      at = end;
    }
    if (text[at] !== '@') unexpected(text, at, 'the user part');
    at++;
  }
  const hostEnd = scanHost(text, at);
  const host = readHost(text, at, hostEnd);
  at = hostEnd;
  let port: number | undefined;
  if (text.charCodeAt(at) === COLON) {
    const start = at + 1;
    for (at = start; isDigit(text.charCodeAt(at)); ) at++;
    port = Number(text.slice(start, at));
    if (port < 1 || port > 65535) throw new SipSyntaxError('port is not 1 to 65535', start);
  }
  const [params, paramsEnd] = scanUriParams(text, at);
  at = paramsEnd;
  let headers: string | undefined;
  if (text[at] === '?') {
    const end = scan(text, at + 1, HEADER);
    if (end === at + 1) unexpected(text, end, 'the URI headers');
    headers = text.slice(at + 1, end);
    at = end;
  }
  if (at < text.length) unexpected(text, at, 'the URI');
  // Always the same properties, undefined ones too: one shape keeps the hot path fast.
  return { scheme, user, password, host, port, params, headers };
}

/** `+` and digits, or what a local number may have: each needs one character that can be dialled. */
function parseTel(text: string): TelUri {
  const from = 'tel:'.length;
  const global = text[from] === '+';
  let at = global ? from + 1 : from;
  let dialled = false;
  for (; at < text.length; at++) {
    const char = text[at] as string;
    if (global ? /[0-9]/.test(char) : /[0-9A-Fa-f*#]/.test(char)) dialled = true;
    else if (!'-.()'.includes(char)) break;
  }
  if (!dialled) unexpected(text, at, 'the telephone number');
  const [params, end] = scanUriParams(text, at);
  if (end < text.length) unexpected(text, end, 'the telephone number');
  return { scheme: 'tel', number: text.slice(from, at), params };
}

function parseUrn(text: string): UrnUri {
  const from = 'urn:'.length;
  const end = scan(text, from, URN);
  if (end < text.length) unexpected(text, end, 'the URN');
  const value = text.slice(from).toLowerCase();
  if (!/^[a-z0-9][a-z0-9-]{0,31}:./.test(value)) {
    throw new SipSyntaxError('a URN without namespace and name', from);
  }
  return { scheme: 'urn', value };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
