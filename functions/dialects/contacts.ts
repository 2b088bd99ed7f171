import type { Answer } from '../decide/decision.ts';
import { keyOfUri } from '../decide/identity.ts';
import type { Peer } from '../decide/model.ts';
import { SipSyntaxError } from '../sip/error.ts';
import { type NameAddr, parseNameAddr } from '../sip/name-addr.ts';
import { param, parseUri, printUri, type SipUri, type Uri } from '../sip/uri.ts';
import { escapeUser, isNumber, stripSeparators, unescapeUser } from '../sip/user.ts';

/** Where to call. */
export interface Target {
  /** With all its parameters. */
  readonly uri: string;
  /** The number to dial, `+` and digits or short; undefined where the target is a name. */
  readonly number: string | undefined;
  /** `user@host`, unescaped: for systems that take an address and no URI. */
  readonly address: string;
}

/** The best target of a redirect, for systems that can have one. */
export function bestTarget(answer: Answer): Target {
  return bestTargets(answer)[0] as Target;
}

/**
 * The targets that share the best q, for systems that call several at once and know no order
 * (RFC 3261 §8.1.3.4 lets those of equal q be called in parallel).
 */
export function bestTargets({ contacts = [] }: Answer): Target[] {
  const parsed = contacts.map((contact) => parseNameAddr(contact));
  const best = qOf(parsed[0]);
  return parsed.filter((contact) => qOf(contact) === best).map(({ uri }) => target(uri as SipUri));
}

/**
 * The called user, for systems that call them themselves and so have to be told on `continue`: the
 * Request-URI, a `tel:` one at the peer's default domain. Undefined where there is none to call, or
 * where it is at a host that the peer does not serve.
 */
export function calledTarget(
  requestUri: string | undefined,
  peer: Peer | undefined,
): Target | undefined {
  try {
    const uri: Uri = parseUri(requestUri ?? '');
    if ('host' in uri) {
      if (uri.user === undefined || !isServedBy(peer, uri.host)) return undefined;
      // A password is nobody's to repeat (RFC 3261 §19.1.1), and no caller has us send it elsewhere.
      const { headers: _, password: __, ...plain } = uri;
      const params = uri.params.filter(
        ([name]) => !ELSEWHERE.has(unescapeUser(name).toLowerCase()),
      );
      return target({ ...plain, user: userAlone(uri, uri.user), params });
    }
    const host = peer?.domains[0];
    if (uri.scheme !== 'tel' || host === undefined) return undefined;
    const user = stripSeparators(uri.number);
    return target({ scheme: 'sip', user, host, params: [['user', 'phone']] });
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}

/** Of one of our own Contact values. */
export function targetOf(contact: string): Target {
  return target(parseNameAddr(contact).uri as SipUri);
}

/** A host that some caller named is nowhere to call. What is known of no peer is not judged. */
function isServedBy(peer: Peer | undefined, host: string): boolean {
  return peer === undefined || peer.domains.includes(host) || peer.hosts.includes(host);
}

/**
 * Without the parameters of a user part, of which a `phone-context` completes a number: dial strings
 * have parameters of their own behind a `;`.
 */
function userAlone(uri: SipUri, user: string): string {
  if (!user.includes(';')) return escapeUser(unescapeUser(user));
  return escapeUser(keyOfUri(uri, undefined, true) ?? '');
}

/** Parameters that steer a request away from the URI's host (RFC 3261 §19.1.1, RFC 4904). */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['method', 'maddr', 'ttl', 'lr', 'transport', 'tgrp', 'trunk-context'],
]);

function target(uri: SipUri): Target {
  const user = unescapeUser(uri.user ?? '');
  return {
    uri: printUri(uri),
    number: isNumber(user) ? stripSeparators(user) : undefined,
    address: `${user}@${uri.host}`,
  };
}

function qOf(contact: NameAddr | undefined): string {
  return String(contact ? (param(contact.params, 'q') ?? '1') : '');
}

/** The values of an answer's headers of that name, in order. */
export function headersOf({ headers = [] }: Answer, name: string): string[] {
  return valuesIn(headers, name);
}

/** The values of the header lines of that name, in order. */
export function valuesIn(lines: readonly string[], name: string): string[] {
  const start = `${name}: `;
  return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
}
