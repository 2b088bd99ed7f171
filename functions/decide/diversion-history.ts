import type { Diversion } from '../sip/diversion.ts';
import { printDiversion } from '../sip/diversion.ts';
import { equalUris } from '../sip/equality.ts';
import { diversionCause } from '../sip/history-info.ts';
import { param, type Uri } from '../sip/uri.ts';
import { escapeUser } from '../sip/user.ts';
import type { ParsedCall } from './call.ts';
import { hostOf, identityOf, type Place } from './identity.ts';
import type { Peer, TokenKeys } from './model.ts';
import { markOf, openToken, TOKEN_PARAMETER, type Token } from './token.ts';
import type { Diverter, Diverters } from './token-diverters.ts';
import { comesFrom } from './trunk.ts';

/** Names nobody (RFC 3323 §4.1.1.3, RFC 7044 §10.1.2). */
export const ANONYMOUS = 'sip:anonymous@anonymous.invalid';
const NOBODY = 'anonymous.invalid';

/** What a call has been through before it came here. */
export interface DiversionHistory {
  /** Diversions so far: the largest of what Diversion, History-Info and the token say. */
  readonly count: number;
  /** Diversion values below a new one, newest first: the call's own, else those of the token. */
  readonly diversions: readonly string[];
  /** Whether `diversions` come from the token, the call having none. */
  readonly restored: boolean;
  /** Whether the call came with a good token. */
  readonly tokened: boolean;
  /** How many diversions History-Info tells of. */
  readonly historical: number;
  /** Whether the call has been diverted before, as far as that is believed. */
  readonly diverted: boolean;
  /** Everyone who diverted, for the next token. */
  readonly diverters: Diverters;
  readonly badToken: boolean;
  /** Whether a user known by these identities already diverted this call. */
  visited(identities: readonly string[]): boolean;
}

/**
 * @param called the identity that was dialled, to which a token is bound
 * @param at milliseconds since the epoch
 */
export function journeyOf(
  call: ParsedCall,
  place: Place,
  called: string | undefined,
  { peer, tokenKeys: keys }: { readonly peer: Peer; readonly tokenKeys: TokenKeys | undefined },
  at: number,
): DiversionHistory {
  const text = tokenOf(call);
  if (text === undefined && !carriesDiversions(call)) return NO_JOURNEY;
  const token =
    text !== undefined && keys !== undefined && called !== undefined
      ? openToken(text, place.domain, called, keys, at)
      : undefined;
  const seen = distinct(call.diversions);
  const believed = believesDiversion(call, peer);
  const byHeader = believed ? seen.flatMap((diversion) => diverterOf(diversion, place)) : [];
  const historical = historicalDiverters(call, place, called);
  const identities = new Set(byHeader.map((diverter) => diverter.dialled));
  for (const uri of believed ? historical : []) {
    const identity = identityOf(uri, place);
    if (identity !== undefined && hostOf(identity) !== NOBODY) identities.add(identity);
  }
  const { named, older } = token?.diverters ?? { named: [], older: [] };
  // The token first: it knows those it names by their canonical names too.
  const marks = new Set([...named.flatMap((one) => [one.mark, markOf(one.dialled)]), ...older]);
  const withoutDiversion = call.diversions.length === 0 && call.unreadableDiversions === 0;
  const restored = withoutDiversion && token !== undefined;
  const others = byHeader.filter(({ mark }) => !marks.has(mark));
  const claimed = Math.max(
    seen.reduce((sum, { counter }) => sum + counter, call.unreadableDiversions),
    call.history.filter((entry) => entry.cause !== undefined).length,
  );
  return {
    count: Math.max(claimed, token?.count ?? 0),
    diversions: restored
      ? restore(token, place.domain, peer.hidden === 'marked')
      : call.diversionValues,
    restored,
    tokened: token !== undefined,
    historical: historical.length,
    diverted: token !== undefined || (believed && claimed > 0),
    diverters: { named: [...named, ...others], older },
    badToken: text !== undefined && keys !== undefined && token === undefined,
    visited: (names) =>
      names.some((name) => identities.has(name)) ||
      (marks.size > 0 && names.some((name) => marks.has(markOf(name)))),
  };
}

/** Whether the names in Diversion and History-Info count: they are the word of whoever called. */
function believesDiversion(call: ParsedCall, { trustDiversion }: Peer): boolean {
  if (trustDiversion === undefined) return true;
  return trustDiversion !== false && comesFrom(call.sourceAddress, trustDiversion);
}

const NO_JOURNEY: DiversionHistory = {
  count: 0,
  diversions: [],
  restored: false,
  tokened: false,
  historical: 0,
  diverted: false,
  diverters: { named: [], older: [] },
  badToken: false,
  visited: () => false,
};

/** Whether the call's headers say anything of former diversions. */
export function carriesDiversions(call: ParsedCall): boolean {
  return call.diversions.length > 0 || call.unreadableDiversions > 0 || call.history.length > 0;
}

/** The loop token of the Request-URI. */
export function tokenOf(call: ParsedCall): string | undefined {
  const uri = call.requestUri;
  if (uri.scheme === 'urn' || uri.params.length === 0) return undefined;
  const value = param(uri.params, TOKEN_PARAMETER);
  return typeof value === 'string' ? value : undefined;
}

/** Equal entries count once: some hops add a Diversion that is already there. */
export function distinct(diversions: readonly Diversion[]): Diversion[] {
  return diversions.filter(
    (one, index) =>
      !diversions
        .slice(0, index)
        .some(
          (other) =>
            other.reason === one.reason &&
            other.counter === one.counter &&
            equalUris(other.uri, one.uri),
        ),
  );
}

function diverterOf(diversion: Diversion, place: Place): Diverter[] {
  const identity = identityOf(diversion.uri, place);
  if (identity === undefined || hostOf(identity) === NOBODY) return [];
  const hidden = diversion.privacy !== undefined && diversion.privacy !== 'off';
  return [{ dialled: identity, mark: markOf(identity), reason: diversion.reason, hidden }];
}

/**
 * Who diverted according to History-Info, oldest first (RFC 7544 §6): the target of a diversion has
 * a `cause`, and the entry that its `mp` names, else the one before it, is who diverted. An entry
 * that was only tried diverted nothing. Where the caller added no entry for the Request-URI, it
 * stands for one.
 */
function historicalDiverters(
  call: ParsedCall,
  place: Place,
  called: string | undefined,
): readonly Uri[] {
  const { history, requestUri } = call;
  const found: Uri[] = [];
  for (const [at, entry] of history.entries()) {
    if (entry.cause === undefined) continue;
    const { mapped } = entry;
    const mapper = mapped?.kind === 'mp' && history.find(({ index }) => index === mapped.from);
    const by = mapper || history[at - 1];
    if (by !== undefined) found.push(by.uri);
  }
  const last = history.at(-1);
  const isTarget = diversionCause(requestUri) !== undefined;
  if (last !== undefined && isTarget && identityOf(last.uri, place) !== called) {
    found.push(last.uri);
  }
  return found;
}

/** The Diversions of a token; one that stands for older ones says so in its counter. */
function restore(token: Token, domain: string, marked: boolean): string[] {
  const { named } = token.diverters;
  const more = token.count - named.length;
  return named.map(({ dialled, reason, hidden }, index) =>
    printDiversion({
      uri: hidden && !marked ? ANONYMOUS : uriOf(dialled, domain),
      reason,
      counter: index === named.length - 1 ? 1 + Math.max(more, 0) : 1,
      privacy: hidden ? 'full' : 'off',
    }),
  );
}

/** The sip URI of an identity; an E.164 number is put at `host`. */
export function uriOf(identity: string, host: string): string {
  const at = identity.lastIndexOf('@');
  if (at < 0) return `sip:${identity}@${host};user=phone`;
  return `sip:${escapeUser(identity.slice(0, at))}@${identity.slice(at + 1)}`;
}
