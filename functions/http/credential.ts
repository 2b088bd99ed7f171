import type { Peer } from '../decide/model.ts';

/**
 * Who asks: a peer's key as it was sent, the hash of one whose peer a dialect's signature or the
 * platform has proved, or that peer.
 */
export type Credential =
  | { readonly key: string }
  | { readonly keyHash: string }
  | { readonly peer: Peer };

/** A credential, or what finds it out: that counts against the deadline of the decision. */
export type Proof = Credential | (() => Promise<Credential>);

/** The longest key that is looked at: ours have 43 characters. */
const MAX_KEY = 256;

/** The key of `Authorization: Bearer <key>` (RFC 6750 §2.1); empty where there is none. */
export function bearerKey(authorization: string | undefined): string {
  const match = /^bearer +([^ ]+)$/i.exec(authorization ?? '');
  return match?.[1] ?? '';
}

/** The password of `Authorization: Basic …` (RFC 7617): the user name does not count. */
export function basicKey(authorization: string | undefined): string {
  const match = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '');
  if (match?.[1] === undefined) return '';
  const pair = Buffer.from(match[1], 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

/** Whether a key can look like this, so that it is worth looking for. */
export const isPossibleKey = (key: string): boolean => key !== '' && key.length <= MAX_KEY;
