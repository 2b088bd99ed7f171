import type { Uri } from '../sip/uri.ts';
import { isNumber } from '../sip/user.ts';
import type { DialPlan, Subscriber } from './model.ts';
import { keyOf } from './numbers.ts';

/** What makes a host stand for a domain, and digits for a number. */
export interface Place {
  readonly domain: string;
  /** Hosts, lower case, that stand for `domain`: the peer's own, the Request-URI's. */
  readonly hosts: readonly string[];
  readonly plan: DialPlan | undefined;
}

/** The identity of a key inside a domain: see `model.ts`. */
export function identityOfKey(key: string, domain: string): string {
  return key.charCodeAt(0) === 0x2b && isNumber(key) ? key : `${key}@${domain}`;
}

/** Every identity of a subscriber, the canonical one first. */
export function identitiesOf(
  { user, aliases }: Pick<Subscriber, 'user' | 'aliases'>,
  domain: string,
): string[] {
  const identities = [identityOfKey(user, domain)];
  for (const alias of aliases) identities.push(identityOfKey(alias, domain));
  return identities;
}

/**
 * Who a URI names; undefined where it names nobody (no user part, a URN). A number is the same
 * whatever its host, because the host of a number says nothing of whose it is.
 */
export function identityOf(uri: Uri, place: Place): string | undefined {
  if (uri.scheme === 'urn') return undefined;
  if (uri.scheme === 'tel') return identityOfKey(keyOf(uri.number, place.plan), place.domain);
  if (uri.user === undefined) return undefined;
  const key = keyOf(uri.user, place.plan);
  if (isNumber(key)) return identityOfKey(key, place.domain);
  return `${key}@${place.hosts.includes(uri.host) ? place.domain : uri.host}`;
}

/** The user part of an identity where it is a number, with or without `+`. */
export function numberOf(identity: string): string | undefined {
  const at = identity.indexOf('@');
  const user = at < 0 ? identity : identity.slice(0, at);
  return isNumber(user) ? user : undefined;
}

/** The host of an identity; undefined for an E.164 number. */
export function hostOf(identity: string): string | undefined {
  const at = identity.lastIndexOf('@');
  return at < 0 ? undefined : identity.slice(at + 1);
}
