import { param, type Uri } from '../sip/uri.ts';
import { unescapeUser } from '../sip/user.ts';

/** What the network found of a caller's signature (3GPP TS 24.229 §7.2A.20); undefined: nothing. */
export type Verstat = 'verified' | 'unverified';

/**
 * The `verstat` of an asserted identity or a From: a parameter of the telephone number, in a `tel:`
 * URI or in the user part of a SIP one, or, as some write it, of the SIP URI. Values may have a
 * suffix, the level of attestation (`TN-Validation-Passed-A`).
 */
export function verstatOf(uri: Uri): Verstat | undefined {
  if (uri.scheme === 'urn') return undefined;
  const written = param(uri.params, 'verstat');
  const value =
    typeof written === 'string' ? written : 'user' in uri ? inUser(uri.user) : undefined;
  const word = value?.toLowerCase() ?? '';
  if (isOrBegins(word, 'tn-validation-passed')) return 'verified';
  if (isOrBegins(word, 'tn-validation-failed')) return 'unverified';
  return isOrBegins(word, 'no-tn-validation') ? 'unverified' : undefined;
}

function inUser(user: string | undefined): string | undefined {
  if (user === undefined) return undefined;
  return /;verstat=([^;]*)/i.exec(unescapeUser(user))?.[1];
}

function isOrBegins(word: string, value: string): boolean {
  return word === value || word.startsWith(`${value}-`);
}
