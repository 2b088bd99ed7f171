import { param, type Uri, type UrnUri } from '../sip/uri.ts';
import {
  escapeUser,
  isNumber,
  stripSeparators,
  unescapeUser,
  userParams,
  userText,
} from '../sip/user.ts';
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

/** Where calls to a subscriber go: their address as the document spells it. */
export function addressOf(
  { user, spelled = user }: Pick<Subscriber, 'user' | 'spelled'>,
  domain: string,
): string {
  return `sip:${escapeUser(spelled)}@${domain}${spelled.startsWith('+') ? ';user=phone' : ''}`;
}

/** Every identity of a subscriber, the canonical one first. */
export function identitiesOf(
  { user, aliases }: Pick<Subscriber, 'user' | 'aliases'>,
  domain: string,
): string[] {
  return [user, ...aliases].map((key) => identityOfKey(key, domain));
}

/**
 * Who a URI names; undefined where it names nobody (no user part, a URN). An E.164 number is the
 * same whatever its host, because the host says nothing of whose it is; a short number is of its
 * host, as a name is.
 */
export function identityOf(uri: Uri, place: Place): string | undefined {
  if (uri.scheme === 'urn') return undefined;
  const context = contextHost(uri);
  const host = context ?? (uri.scheme === 'tel' ? place.domain : uri.host);
  const home = place.hosts.includes(host) ? place.domain : host;
  // Digits of another domain's dial plan say nothing in ours, those of a mere host do.
  const foreign = context !== undefined && home !== place.domain;
  const key = keyOfUri(uri, foreign ? undefined : place.plan, foreign);
  return key === undefined ? undefined : identityOfKey(key, home);
}

/**
 * The key of whom a URI names; undefined where it names nobody.
 *
 * @param local whether local digits stay as they are, because no plan is known for them
 */
export function keyOfUri(
  uri: Exclude<Uri, UrnUri>,
  plan: DialPlan | undefined,
  local = false,
): string | undefined {
  const user = uri.scheme === 'tel' ? uri.number : uri.user;
  if (user === undefined) return undefined;
  const context = contextOf(uri);
  if (context === undefined) return keyOf(user, plan) || undefined;
  const text = userText(user);
  if (context.startsWith('+')) {
    // Many write the trunk prefix all the same, 0301234567;phone-context=+49.
    const { countryCode, national } = plan ?? {};
    const trunk = national !== undefined && text.startsWith(national);
    const whole = trunk && context === `+${countryCode}` ? keyOf(text, plan) : '';
    return whole.startsWith('+') ? whole : stripSeparators(context + text);
  }
  return local ? stripSeparators(text) : keyOf(user, plan);
}

/** The domain that a `phone-context` names. */
export function contextHost(uri: Exclude<Uri, UrnUri>): string | undefined {
  const context = contextOf(uri);
  return context === undefined || context.startsWith('+') ? undefined : context;
}

/**
 * RFC 3966 §5.1.5: the number that completes a local one, or the domain whose number it is, lower
 * case. In a SIP URI it stands in the user part (RFC 3261 §19.1.6). A name and a global number have
 * none.
 */
function contextOf(uri: Exclude<Uri, UrnUri>): string | undefined {
  const params = uri.scheme === 'tel' ? uri.params : userParams(uri.user ?? '');
  if (params.length === 0) return undefined;
  const value = param(params, 'phone-context');
  if (typeof value !== 'string' || value === '') return undefined;
  const text = userText(uri.scheme === 'tel' ? uri.number : (uri.user ?? ''));
  if (!isNumber(text) || text.startsWith('+')) return undefined;
  return unescapeUser(value).toLowerCase();
}

/** An identity's user part, which may itself have an `@`, and its host: none of an E.164 number. */
export function splitIdentity(identity: string): [user: string, host: string | undefined] {
  const at = identity.lastIndexOf('@');
  return at < 0 ? [identity, undefined] : [identity.slice(0, at), identity.slice(at + 1)];
}

/** The user part of an identity. */
export function userOf(identity: string): string {
  return splitIdentity(identity)[0];
}

/** The user part of an identity where it is a number, with or without `+`. */
export function numberOf(identity: string): string | undefined {
  const user = userOf(identity);
  return isNumber(user) ? user : undefined;
}

/** The host of an identity; undefined for an E.164 number. */
export function hostOf(identity: string): string | undefined {
  return splitIdentity(identity)[1];
}
