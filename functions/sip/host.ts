import { SipSyntaxError, unexpected } from './error.ts';

const DASH = 45;
const DOT = 46;
const UNDERSCORE = 95;

/** The end of the host that begins at `from`: the first character that can't be part of it. */
export function scanHost(text: string, from: number): number {
  if (text[from] === '[') {
    const close = text.indexOf(']', from);
    if (close < 0) throw new SipSyntaxError('IPv6 address without ]', from);
    return close + 1;
  }
  let at = from;
  while (at < text.length && isHostChar(text.charCodeAt(at))) at++;
  return at;
}

/**
 * The host between two offsets in the one spelling by which hosts are compared: lower case,
 * without the root's dot, IPv6 as RFC 5952 has it (RFC 5954 compares addresses, not spellings).
 *
 * Names may have an underscore or begin with a digit, as container hosts do.
 */
export function readHost(text: string, from: number, end: number): string {
  if (from === end) unexpected(text, from, 'a host');
  if (text[from] === '[') return readIpv6(text, from, end);
  let numeric = true;
  let previous = DOT;
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (previous === DOT && (code === DOT || code === DASH)) unexpected(text, at, 'a host name');
    if (previous === DASH && code === DOT) unexpected(text, at, 'a host name');
    if (code !== DOT && !isDigit(code)) numeric = false;
    previous = code;
  }
  if (previous === DASH) unexpected(text, end - 1, 'a host name');
  const host = text.slice(from, previous === DOT ? end - 1 : end).toLowerCase();
  if (numeric && !isIpv4(host)) throw new SipSyntaxError('host is no IPv4 address', from);
  return host;
}

/** Whether a host, as `readHost` gives it, is an IPv4 or IPv6 address. */
export function isAddress(host: string): boolean {
  return host.startsWith('[') || /^[0-9.]+$/.test(host);
}

const LONGEST_IPV6 = '[0000:0000:0000:0000:0000:0000:255.255.255.255]'.length;

function readIpv6(text: string, from: number, end: number): string {
  const literal = text.slice(from, Math.min(end, from + LONGEST_IPV6 + 1));
  // The character check comes first: the URL parser drops tabs and line breaks silently.
  const host = /^\[[0-9a-fA-F:.]+\]$/.test(literal) ? URL.parse(`sip://${literal}`)?.host : '';
  if (!host) throw new SipSyntaxError('host is no IPv6 address', from);
  return host;
}

function isIpv4(host: string): boolean {
  const parts = host.split('.', 5);
  return parts.length === 4 && parts.every((part) => part.length <= 3 && Number(part) <= 255);
}

function isHostChar(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    isDigit(code) ||
    code === DOT ||
    code === DASH ||
    code === UNDERSCORE ||
    (code >= 65 && code <= 90)
  );
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
