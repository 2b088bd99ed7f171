import type { Hop } from '../../../explain/follow.ts';
import { parseNameAddr } from '../../../sip/name-addr.ts';
import { unescapeUser } from '../../../sip/user.ts';
import { listed, t } from '../words.ts';

/** What a call came to, as a heading: `bob: to carol, by busy-to-carol`. */
export function decisionText({ requestUri, decision }: Hop): string {
  const { action, rule, status, contacts = [] } = decision;
  return t(`decision-${action}`, {
    user: named(requestUri),
    targets: listed(contacts.map(named), 'disjunction'),
    status: String(status ?? ''),
    rule: rule ?? '',
    by: rule === undefined ? 'no' : 'yes',
  });
}

/** Whom an address names. */
function named(address: string): string {
  const { uri } = parseNameAddr(address);
  if (uri.scheme === 'tel') return uri.number;
  if (uri.scheme === 'urn') return address;
  return uri.user === undefined ? uri.host : unescapeUser(uri.user);
}
