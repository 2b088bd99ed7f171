import type { Param } from './params.ts';
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
  if (a.host !== b.host || a.port !== b.port) return false;
  if (canonicalUser(a) !== canonicalUser(b)) return false;
  if (unescaped(a.password) !== unescaped(b.password)) return false;
  if (canonicalHeaders(a.headers) !== canonicalHeaders(b.headers)) return false;
  const params = byName(a.params);
  const others = byName(b.params);
  return paramsAgree(params, others) && paramsAgree(others, params);
}

/** Whether each parameter of `a` is the same in `b`, or is missing there and may be. */
function paramsAgree(a: ParamsByName, b: ParamsByName): boolean {
  for (const [name, value] of a) {
    const other = b.get(name);
    if (other === undefined ? NEVER_IGNORED.has(name) : other !== value) return false;
  }
  return true;
}

function equalTelUris(a: TelUri, b: TelUri): boolean {
  if (canonicalNumber(a.number) !== canonicalNumber(b.number)) return false;
  const params = byName(a.params);
  const others = byName(b.params);
  if (params.size !== others.size) return false;
  for (const [name, value] of params) {
    if (telValue(name, value) !== telValue(name, others.get(name))) return false;
  }
  return true;
}

type ParamValue = string | true;
type ParamsByName = ReadonlyMap<string, ParamValue>;

/** Names and values without case and escapes; `true` for one without value; the first one counts. */
function byName(params: readonly Param[]): ParamsByName {
  const map = new Map<string, ParamValue>();
  for (const [name, value] of params) {
    const key = folded(name);
    if (!map.has(key)) map.set(key, value === undefined || folded(value));
  }
  return map;
}

/** The numbers among the parameters of RFC 3966 compare without visual separators. */
function telValue(name: string, value: ParamValue | undefined): ParamValue | undefined {
  const mayBeNumber = name === 'phone-context' || name === 'ext';
  return mayBeNumber && typeof value === 'string' && isDialled(value)
    ? stripSeparators(value)
    : value;
}

/** A phone-context that is a domain name is compared as it is: its dots and hyphens count. */
function isDialled(value: string): boolean {
  return /^\+?[-.()0-9]+$/.test(value);
}

function canonicalNumber(number: string): string {
  return stripSeparators(number).toLowerCase();
}

function canonicalUser(uri: SipUri): string | undefined {
  return uri.user === undefined ? undefined : folded(uri.user);
}

function unescaped(text: string | undefined): string | undefined {
  return text === undefined ? undefined : unescapeUser(text);
}

function folded(text: string): string {
  return unescapeUser(text).toLowerCase();
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
