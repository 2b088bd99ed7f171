import { Problem } from '../http/problem.ts';
import { parseNameAddr } from '../sip/name-addr.ts';
import { escapeUser, isNumber } from '../sip/user.ts';

/** What stands for a caller who is not named (RFC 3323 §4.1.1.3). */
export const ANONYMOUS = '<sip:anonymous@anonymous.invalid>';

/**
 * The URI of a called user, from what systems send for one: a whole URI, `user@host`, a number, or
 * a name. A number without a domain is a `tel:` URI, which stands for the peer's default domain;
 * so is a number at an IP address.
 *
 * @throws {Problem} 400 that names the field
 */
export function calledUri(called: string, domain: string, field: string): string {
  const user = called.trim();
  if (user === '') throw new Problem(400, `${field} is missing.`, field);
  if (hasScheme(user)) return user;
  const at = user.lastIndexOf('@');
  if (at > 0) return sipUri(user.slice(0, at), user.slice(at + 1));
  if (domain !== '' && !(isNumber(user) && isAddress(domain))) return sipUri(user, domain);
  if (isNumber(user)) return telUri(user);
  throw new Problem(400, `${field} is a name without a domain: send the domain too.`, 'domain');
}

/**
 * The From value of a caller. Whole values and URIs pass; a bare number is a `tel:` URI, of nobody's
 * domain, and a bare name is of the domain where it was heard. No caller is an anonymous one.
 */
export function callerOf(caller: string, domain: string, display = ''): string {
  const user = caller.trim();
  if (isNameAddr(user)) return user;
  const at = user.lastIndexOf('@');
  if (at > 0) return nameAddr(sipUri(user.slice(0, at), user.slice(at + 1)), display);
  if (isNumber(user)) return nameAddr(telUri(user), display);
  if (user === '' || domain === '') return ANONYMOUS;
  return nameAddr(sipUri(user, domain), display);
}

/** `"Alice" <sip:alice@example.com>`. */
export function nameAddr(uri: string, display = ''): string {
  if (display === '') return `<${uri}>`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a quoted string can't hold them
  const name = display.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/["\\]/g, '\\$&');
  return `"${name}" <${uri}>`;
}

/**
 * `sip:user@host`; the user is escaped, the host is left for the parser to judge. What these systems
 * send is unescaped, so that a `;` is one of the URI's: nobody gets another user by parameters.
 */
function sipUri(user: string, host: string): string {
  return `sip:${user.split(';').map(escapeUser).join(';')}@${host}`;
}

/** RFC 3966: `*` and `#` stand only in a local number, which needs no `+`. */
function telUri(number: string): string {
  return /^\+[0-9().-]+$/.test(number) ? `tel:${number}` : `tel:${number.replace(/\+/g, '')}`;
}

function hasScheme(text: string): boolean {
  return /^(?:sips?|tel|urn):/i.test(text);
}

function isNameAddr(text: string): boolean {
  if (!hasScheme(text) && !text.includes('<')) return false;
  try {
    parseNameAddr(text);
    return true;
  } catch {
    return false;
  }
}

/** An IPv4 or IPv6 address with or without a port: it names no domain. */
function isAddress(host: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\])(?::\d+)?$/.test(host);
}
