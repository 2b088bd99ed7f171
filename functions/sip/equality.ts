import { type Param, param } from './params.ts';
import type { SipUri, TelUri, Uri } from './uri.ts';
import { stripSeparators, unescapeUser } from './user.ts';

/** Parameters that must be in both URIs or in neither, even where one has the default value. */
const NEVER_IGNORED = new Set(['user', 'ttl', 'method', 'maddr', 'transport']);

/**
 * Whether two URIs name one resource: RFC 3261 §19.1.4, RFC 3966 §4; URNs by their text.
 *
 * Unlike RFC 3261, user parts compare without case and with every escape decoded, as names are
 * compared everywhere in Divert. A `sip:` and a `tel:` URI are never equal.
 */
export function equalUris(a: Uri, b: Uri): boolean {
  if (a.scheme === 'urn') return b.scheme === 'urn' && a.value === b.value;
  if (a.scheme === 'tel') return b.scheme === 'tel' && equalTelUris(a, b);
  return b.scheme === a.scheme && equalSipUris(a, b);
}

function equalSipUris(a: SipUri, b: SipUri): boolean {
  return (
    a.host === b.host &&
    a.port === b.port &&
    canonicalUser(a) === canonicalUser(b) &&
    unescaped(a.password) === unescaped(b.password) &&
    paramsAgree(a.params, b.params) &&
    paramsAgree(b.params, a.params) &&
    canonicalHeaders(a.headers) === canonicalHeaders(b.headers)
  );
}

/** Whether each parameter of `a` is the same in `b`, or is missing there and may be. */
function paramsAgree(a: readonly Param[], b: readonly Param[]): boolean {
  return a.every(([name, value]) => {
    const other = param(b, name);
    if (other === undefined) return !NEVER_IGNORED.has(name.toLowerCase());
    return folded(value ?? true) === folded(other);
  });
}

function equalTelUris(a: TelUri, b: TelUri): boolean {
  return (
    canonicalNumber(a.number) === canonicalNumber(b.number) &&
    sameTelParams(a.params, b.params) &&
    sameTelParams(b.params, a.params)
  );
}

/** Whether each parameter of `a` is in `b` and the same, numbers without visual separators. */
function sameTelParams(a: readonly Param[], b: readonly Param[]): boolean {
  return a.every(([name, value]) => {
    const other = param(b, name);
    const number = /^(?:phone-context|ext)$/i.test(name);
    if (number && value !== undefined && typeof other === 'string' && isDialled(value)) {
      return canonicalNumber(value) === canonicalNumber(other);
    }
    return folded(value ?? true) === folded(other);
  });
}

/** A phone-context that is a domain name is compared as it is: its dots and hyphens count. */
function isDialled(value: string): boolean {
  return /^\+?[-.()0-9]+$/.test(value);
}

function canonicalNumber(number: string): string {
  return stripSeparators(number).toLowerCase();
}

function canonicalUser(uri: SipUri): string | undefined {
  return unescaped(uri.user)?.toLowerCase();
}

function unescaped(text: string | undefined): string | undefined {
  return text === undefined ? undefined : unescapeUser(text);
}

function folded(value: string | true | undefined): string | true | undefined {
  return typeof value === 'string' ? unescapeUser(value).toLowerCase() : value;
}

/** Header components in one order, names without case: none may be missing in the other URI. */
function canonicalHeaders(headers: string | undefined): string {
  if (!headers) return '';
  const components = headers.split('&').map((component) => {
    const equals = component.indexOf('=');
    const name = component.slice(0, equals < 0 ? undefined : equals).toLowerCase();
    return JSON.stringify([unescapeUser(name), unescapeUser(component.slice(name.length))]);
  });
  return components.sort().join();
}
