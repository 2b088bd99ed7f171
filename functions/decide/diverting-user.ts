import { param, type Uri } from '../sip/uri.ts';
import { escapeUser } from '../sip/user.ts';
import type { CallContext } from './call-context.ts';
import { identityOf } from './identity.ts';

/** How a diverting user goes out who is to be hidden: named nowhere, or named and marked as private. */
export type Hidden = 'anonymous' | 'marked';

/**
 * Whether the diverting user is to be hidden (RFC 7044 §10.1, RFC 5806 §4), and how: a peer inside
 * a trust domain may ask for the name with its mark, and hides it itself (RFC 7544 §3.2).
 */
export function hiddenAs(context: CallContext): Hidden | undefined {
  if (!isHidden(context)) return undefined;
  return context.peer.hidden ?? 'anonymous';
}

function isHidden({ call, subscriber, names, place }: CallContext): boolean {
  if (subscriber?.privacy === 'full') return true;
  if (call.privacy.has('history') || call.privacy.has('header')) return true;
  const last = call.history.at(-1);
  return last?.privacy === true && names.includes(identityOf(last.uri, place) ?? '');
}

/** The dialled identity as a URI, never an IP address; or what the peer asks for instead. */
export function divertedAs(context: CallContext): string {
  const { call, peer, called, policy, subscriber } = context;
  const { domain } = policy;
  const requested = call.requestUri;
  const scheme = requested.scheme === 'sips' ? 'sips' : 'sip';
  if (peer.divertedAs === 'number') {
    const number = [called, ...(subscriber?.aliases ?? [])].find((key) => key?.startsWith('+'));
    if (number !== undefined) return `${scheme}:${number}@${domain};user=phone`;
  }
  if (peer.divertedAs !== 'dialled' && subscriber !== undefined) {
    return `${scheme}:${escapeUser(subscriber.spelled ?? subscriber.user)}@${domain}`;
  }
  if (called === undefined) return `${scheme}:${domain}`;
  const phone = isPhone(requested) ? ';user=phone' : '';
  if (called.startsWith('+')) return `${scheme}:${called}@${domain}${phone}`;
  if (requested.scheme === 'sip' || requested.scheme === 'sips') {
    return `${scheme}:${requested.user ?? called}@${domain}${phone}`;
  }
  return `${scheme}:${escapeUser(called)}@${domain}`;
}

function isPhone(uri: Uri): boolean {
  return uri.scheme === 'tel' || (uri.scheme !== 'urn' && param(uri.params, 'user') === 'phone');
}
