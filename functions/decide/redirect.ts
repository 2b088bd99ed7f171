import { printDiversion } from '../sip/diversion.ts';
import { diversionCause, type HistoryEntry, printHistoryEntry } from '../sip/history-info.ts';
import { param, printUri, type Uri } from '../sip/uri.ts';
import { escapeUser } from '../sip/user.ts';
import type { Situation } from './call-context.ts';
import type { Decision } from './decision.ts';
import { ANONYMOUS, uriOf } from './diversion-history.ts';
import { hostOf, identityOf } from './identity.ts';
import type { Peer } from './model.ts';
import { markOf, sealToken, TOKEN_PARAMETER } from './token.ts';

/** A target that passed every check. */
export interface Destination {
  /** What goes inside `<>`, without the parameters added here. */
  readonly uri: string;
  readonly identity: string;
  /** As printed; undefined: no q. */
  readonly q: string | undefined;
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
  situation: Situation,
  destinations: readonly Destination[],
  { reason, cause }: Why,
): Extract<Decision, { action: 'redirect' }> {
  const hidden = isHidden(situation);
  const history = historyOf(situation, hidden);
  const headers: string[] = [];
  if (wantsDiversion(situation.peer)) {
    const own = printDiversion({
      uri: hidden ? ANONYMOUS : divertedAs(situation),
      reason,
      counter: 1,
      privacy: hidden ? 'full' : 'off',
      screen: 'yes',
    });
    headers.push(`Diversion: ${own}`);
    for (const value of situation.journey.diversions) headers.push(`Diversion: ${value}`);
  }
  if (history !== undefined) {
    for (const value of history.values) headers.push(`History-Info: ${value}`);
  }
  const mapped = history?.index ?? '1';
  const contacts: string[] = [];
  for (const to of destinations) {
    if (contacts.length === MOST_CONTACTS) break;
    contacts.push(contactOf(situation, to, reason, cause, mapped, hidden));
  }
  return {
    action: 'redirect',
    status: 302,
    reason: 'Moved Temporarily',
    contacts,
    headers,
  };
}

/** Whether the peer tells the next hop of diversions by Diversion. */
export function wantsDiversion({ headers }: Peer): boolean {
  return headers === 'both' || headers === 'diversion';
}

function contactOf(
  situation: Situation,
  to: Destination,
  reason: string,
  cause: number,
  mapped: string,
  hidden: boolean,
): string {
  const secure = isSecure(situation.call.requestUri);
  let uri = secure && to.uri.startsWith('sip:') ? `sips:${to.uri.slice('sip:'.length)}` : to.uri;
  if (to.mailbox && situation.aor !== undefined) {
    // RFC 4458 §3: the mailbox's owner, as a URI whose `@` is escaped
    const owner = uriOf(situation.aor, situation.policy.domain).replace(/;.*/, '');
    uri += `;target=${encodeURIComponent(owner).replaceAll('%3A', ':').replaceAll('%2B', '+')}`;
  }
  uri += `;cause=${cause}`;
  const token = tokenFor(situation, to, reason, hidden);
  if (token !== undefined) uri += `;${TOKEN_PARAMETER}=${token}`;
  return `<${uri}>${to.q === undefined ? '' : `;q=${to.q}`};mp=${mapped}`;
}

/** Only where the call comes back to us: on Contacts in a domain that the peer serves. */
function tokenFor(
  situation: Situation,
  to: Destination,
  reason: string,
  hidden: boolean,
): string | undefined {
  const { peer, tokenKeys, journey, aor, dialled, policy } = situation;
  const domain = hostOf(to.identity) ?? policy.domain;
  if (!peer.loopToken || tokenKeys === undefined || aor === undefined) return undefined;
  if (dialled === undefined || !peer.domains.includes(domain)) return undefined;
  return sealToken(
    {
      issued: situation.tokenIssued,
      count: journey.count + 1,
      diverters: {
        named: [{ dialled, mark: markOf(aor), reason, hidden }, ...journey.diverters.named],
        older: journey.diverters.older,
      },
    },
    domain,
    to.identity,
    tokenKeys.current,
  );
}

/** Whether the diverting user is to be named nowhere (RFC 7044 §10.1, RFC 5806 §4). */
function isHidden({ call, subscriber, names, place }: Situation): boolean {
  if (subscriber?.privacy === 'full') return true;
  if (call.privacy.has('history') || call.privacy.has('header')) return true;
  const last = call.history.at(-1);
  return last?.privacy === true && names.includes(identityOf(last.uri, place) ?? '');
}

/** The dialled identity as a URI, never an IP address; or what the peer asks for instead. */
function divertedAs(situation: Situation): string {
  const { call, peer, called, policy, subscriber } = situation;
  const { domain } = policy;
  const requested = call.requestUri;
  const scheme = isSecure(requested) ? 'sips' : 'sip';
  if (peer.divertedAs === 'number') {
    const number = [called, ...(subscriber?.aliases ?? [])].find((key) => key?.startsWith('+'));
    if (number !== undefined) return `${scheme}:${number}@${domain};user=phone`;
  }
  if (peer.divertedAs !== 'dialled' && subscriber !== undefined) {
    return `${scheme}:${escapeUser(subscriber.user)}@${domain}`;
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

function isSecure(uri: Uri): boolean {
  return uri.scheme === 'sips';
}

/**
 * The History-Info of the 302 (RFC 7044 §9.1, §10.3): what came, and an entry for the Request-URI
 * where the last is not that; none where the caller's side did not ask for any.
 */
function historyOf(
  situation: Situation,
  hidden: boolean,
): { values: string[]; index: string } | undefined {
  const { call, peer, place, dialled } = situation;
  if (peer.headers !== 'both' && peer.headers !== 'history-info') return undefined;
  if (call.historyValues.length === 0 && !call.supportsHistory) return undefined;
  // The true SIP status of the leg that failed, which is not `cause` (RFC 7044 §10.2).
  const reason = call.outcome ? `SIP;cause=${call.outcome.status}` : undefined;
  const values = [...call.historyValues];
  const last = call.history.at(-1);
  if (last !== undefined && dialled !== undefined && dialled === identityOf(last.uri, place)) {
    values[values.lastIndexOf(last.raw)] = completed(last, situation, reason, hidden);
    return { values, index: last.index };
  }
  const index = last === undefined ? '1' : `${last.index}.1`;
  const uri = hidden ? nobody(diversionCause(call.requestUri)) : targeted(situation);
  values.push(printHistoryEntry({ uri, index, ...(reason && { reason }) }));
  return { values, index };
}

/** The caller's own entry for the Request-URI, with why this leg failed. */
function completed(
  entry: HistoryEntry,
  situation: Situation,
  reason: string | undefined,
  hidden: boolean,
): string {
  if (!hidden && (reason === undefined || entry.reason !== undefined)) return entry.raw;
  const why = entry.reason ?? reason;
  return printHistoryEntry({
    uri: hidden ? nobody(entry.cause) : bare(entry, situation),
    index: entry.index,
    ...(why && { reason: why }),
    ...(entry.mapped && { mapped: entry.mapped }),
  });
}

/** Stands for a hidden user; the cause stays, by which the diversion to him is counted. */
function nobody(cause: number | undefined): string {
  return cause === undefined ? ANONYMOUS : `${ANONYMOUS};cause=${cause}`;
}

/** An entry's URI, ready for embedded headers: a `tel:` URI can have none, and becomes a SIP URI. */
function bare({ uri, cause }: HistoryEntry, { place }: Situation): string {
  if (uri.scheme === 'urn') return printUri(uri);
  if (uri.scheme === 'tel') {
    const sip = uriOf(identityOf(uri, place) ?? '', place.domain);
    return cause === undefined ? sip : `${sip};cause=${cause}`;
  }
  const { headers: _, ...rest } = uri;
  return printUri(rest);
}

/** The Request-URI as History-Info has it: in the domain, without our token. */
function targeted(situation: Situation): string {
  const uri = situation.call.requestUri;
  if (uri.scheme === 'tel' || uri.scheme === 'urn') return divertedAs(situation);
  const { headers: _, port: __, ...rest } = uri;
  const params = rest.params.filter(([name]) => name.toLowerCase() !== TOKEN_PARAMETER);
  const own = situation.peer.domains.includes(uri.host);
  return printUri(own ? { ...uri, params } : { ...rest, host: situation.policy.domain, params });
}
