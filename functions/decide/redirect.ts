import { printDiversion } from '../sip/diversion.ts';
import { printHistoryEntry } from '../sip/history-info.ts';
import type { CallContext } from './call-context.ts';
import type { Decision } from './decision.ts';
import type { Div } from './div-claims.ts';
import { ANONYMOUS, uriOf } from './diversion-history.ts';
import { divertedAs, type Hidden, hiddenAs } from './diverting-user.ts';
import { type FollowBranch, followOf } from './follow.ts';
import { addressOf } from './identity.ts';
import type { Peer } from './model.ts';
import { historyOf } from './own-history.ts';
import { divClaims } from './passport.ts';
import { shownTo } from './shown.ts';
import { markOf, sealToken, TOKEN_PARAMETER } from './token.ts';

/** A target that passed every check. */
export type Destination =
  | Elsewhere
  | { readonly self: true; readonly q: string; readonly ring: number | undefined };

/** One that is not the called user's own phones. */
export interface Elsewhere {
  /** What goes inside `<>`, without the parameters added here. */
  readonly uri: string;
  readonly identity: string;
  /** Whether it is a subscriber of the domain. */
  readonly known: boolean;
  /** As printed; undefined: no q. */
  readonly q: string | undefined;
  /** Seconds for its leg, where the edge calls it itself. */
  readonly ring: number | undefined;
  readonly mailbox: boolean;
}

/** What a 302 says about why: Diversion's reason, and the Contacts' `cause` (RFC 4458). */
export interface Why {
  readonly reason: string;
  readonly cause: number;
}

/** Most Contacts in one 302. */
export const MOST_CONTACTS = 10;

/** The 302 for these destinations, best first, with all that a diversion adds to it. */
export function redirectTo(
  context: CallContext,
  destinations: readonly Destination[],
  { reason, cause }: Why,
): Extract<Decision, { action: 'redirect' }> {
  const hidden = hiddenAs(context);
  const history = historyOf(context, hidden);
  const headers: string[] = [];
  if (wantsDiversion(context.peer)) {
    const own = printDiversion({
      uri: hidden === 'anonymous' ? ANONYMOUS : divertedAs(context),
      reason,
      counter: 1,
      privacy: hidden ? 'full' : 'off',
      screen: 'yes',
    });
    headers.push(`Diversion: ${own}`);
    for (const value of context.diversionHistory.diversions) headers.push(`Diversion: ${value}`);
  }
  if (history !== undefined) {
    for (const value of history.values) headers.push(`History-Info: ${value}`);
  }
  const mapped = history?.index ?? '1';
  const branches: FollowBranch[] = [];
  const contacts: string[] = [];
  const divs: Div[] = [];
  for (const to of destinations) {
    if ('self' in to) {
      branches.push({ q: to.q, ring: to.ring, branch: { self: true, headers: [] } });
      continue;
    }
    if (contacts.length === MOST_CONTACTS) continue;
    const uri = contactUri(context, to, { reason, cause }, hidden);
    const token = tokenFor(context, to, reason, hidden);
    const weight = to.q === undefined ? '' : `;q=${to.q}`;
    const dv = token === undefined ? '' : `;${TOKEN_PARAMETER}=${token}`;
    const contact = `<${uri}${dv}>${weight};mp=${mapped}`;
    contacts.push(contact);
    const claims = divClaims(to, context, hidden !== undefined);
    if (claims !== undefined) divs.push({ contact, claims });
    if (!context.call.canFollow) continue;
    const entry =
      history &&
      `History-Info: ${printHistoryEntry({
        uri,
        index: `${mapped}.${contacts.length}`,
        mapped: { kind: 'mp', from: mapped },
      })}`;
    const branch = {
      contact,
      headers: entry === undefined ? headers : [...headers, entry],
      ...shownTo(to, context, hidden),
    };
    branches.push({ q: to.q, ring: to.ring, branch });
  }
  const follow = followOf(branches, context);
  return {
    action: 'redirect',
    status: 302,
    reason: 'Moved Temporarily',
    contacts,
    headers,
    ...(follow && { follow }),
    ...(divs.length > 0 && { divs }),
  };
}

/** Whether the peer tells the next hop of diversions by Diversion. */
export function wantsDiversion({ headers }: Peer): boolean {
  return headers === 'both' || headers === 'diversion';
}

/** What goes inside `<>`, but for the token. */
function contactUri(
  context: CallContext,
  to: Elsewhere,
  { cause }: Why,
  hidden: Hidden | undefined,
): string {
  const secure = context.call.requestUri.scheme === 'sips';
  let uri = secure && to.uri.startsWith('sip:') ? `sips:${to.uri.slice('sip:'.length)}` : to.uri;
  if (to.mailbox && context.aor !== undefined && hidden !== 'anonymous') {
    // RFC 4458 §3: the mailbox's owner, as a URI whose `@` is escaped
    const { aor, policy, subscriber } = context;
    const address = subscriber ? addressOf(subscriber, policy.domain) : uriOf(aor, policy.domain);
    const owner = address.replace(/;.*/, '');
    uri += `;target=${encodeURIComponent(owner).replaceAll('%3A', ':').replaceAll('%2B', '+')}`;
  }
  return `${uri};cause=${cause}`;
}

/** The host of a target's URI. */
export function hostOfUri(uri: string): string {
  return /@(\[[^\]]*\]|[^:;?>]*)/.exec(uri)?.[1] ?? '';
}

/**
 * Only where the call comes back to us: on Contacts in a domain that the peer or another serves.
 * A call that came with a token goes on with one though the peer gives out none: whoever keeps URI
 * parameters is counted to the end, whichever peers the call goes through.
 */
function tokenFor(
  context: CallContext,
  to: Elsewhere,
  reason: string,
  hidden: Hidden | undefined,
): string | undefined {
  const { peer, tokenKeys, diversionHistory, aor, dialled, policy } = context;
  if (!peer.loopToken && !diversionHistory.tokened) return undefined;
  if (tokenKeys === undefined || aor === undefined || dialled === undefined) return undefined;
  const domain = hostOfUri(to.uri) || policy.domain;
  if (!peer.domains.includes(domain) && !context.alsoServed.includes(domain)) return undefined;
  return sealToken(
    {
      issued: context.tokenIssued,
      count: diversionHistory.count + 1,
      diverters: {
        named: [
          { dialled, mark: markOf(aor), reason, hidden: hidden !== undefined },
          ...diversionHistory.diverters.named,
        ],
        older: diversionHistory.diverters.older,
      },
    },
    domain,
    to.identity,
    tokenKeys.current,
  );
}
