import type { Diversion } from '../sip/diversion.ts';
import { printDiversion } from '../sip/diversion.ts';
import { equalUris } from '../sip/equality.ts';
import { param } from '../sip/uri.ts';
import { escapeUser } from '../sip/user.ts';
import type { ParsedCall } from './call.ts';
import { hostOf, identityOf, type Place } from './identity.ts';
import type { TokenKeys } from './model.ts';
import { markOf, openToken, TOKEN_PARAMETER, type Token } from './token.ts';
import type { Diverter, Diverters } from './token-diverters.ts';

/** Names nobody (RFC 3323 §4.1.1.3, RFC 7044 §10.1.2). */
export const ANONYMOUS = 'sip:anonymous@anonymous.invalid';
const NOBODY = 'anonymous.invalid';

/** What a call has been through before it came here. */
export interface Journey {
  /** Diversions so far: the largest of what Diversion, History-Info and the token say. */
  readonly count: number;
  /** Diversion values below a new one, newest first: the call's own, else those of the token. */
  readonly diversions: readonly string[];
  /** Whether `diversions` come from the token, the call having none. */
  readonly restored: boolean;
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
  keys: TokenKeys | undefined,
  at: number,
): Journey {
  const text = tokenOf(call);
  if (text === undefined && !carriesDiversions(call)) return NO_JOURNEY;
  const token =
    text !== undefined && keys !== undefined && called !== undefined
      ? openToken(text, place.domain, called, keys, at)
      : undefined;
  const seen = distinct(call.diversions);
  const byHeader = seen.flatMap((diversion) => diverterOf(diversion, place));
  const identities = new Set(byHeader.map((diverter) => diverter.dialled));
  for (const identity of retargeted(call, place, called)) identities.add(identity);
  const { named, older } = token?.diverters ?? { named: [], older: [] };
  // The token first: it knows those it names by their canonical names too.
  const marks = new Set([...named.flatMap((one) => [one.mark, markOf(one.dialled)]), ...older]);
  const restored = call.diversions.length === 0 && call.unreadableDiversions === 0;
  const others = byHeader.filter(({ mark }) => !marks.has(mark));
  return {
    count: Math.max(
      seen.reduce((sum, { counter }) => sum + counter, call.unreadableDiversions),
      call.history.filter((entry) => entry.cause !== undefined).length,
      token?.count ?? 0,
    ),
    diversions: restored ? restore(token, place.domain) : call.diversionValues,
    restored,
    diverters: { named: [...named, ...others], older },
    badToken: text !== undefined && keys !== undefined && token === undefined,
    visited: (names) =>
      names.some((name) => identities.has(name)) ||
      (marks.size > 0 && names.some((name) => marks.has(markOf(name)))),
  };
}

const NO_JOURNEY: Journey = {
  count: 0,
  diversions: [],
  restored: true,
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
function distinct(diversions: readonly Diversion[]): Diversion[] {
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

/** Whom History-Info names before the called user himself. */
function retargeted(call: ParsedCall, place: Place, called: string | undefined): string[] {
  const identities = call.history.map((entry) => identityOf(entry.uri, place));
  if (identities.at(-1) === called) identities.pop();
  return identities.filter(
    (identity): identity is string => identity !== undefined && hostOf(identity) !== NOBODY,
  );
}

/** The Diversions of a token; one that stands for older ones says so in its counter. */
function restore(token: Token | undefined, domain: string): string[] {
  if (token === undefined) return [];
  const { named } = token.diverters;
  const more = token.count - named.length;
  return named.map(({ dialled, reason, hidden }, index) =>
    printDiversion({
      uri: hidden ? ANONYMOUS : uriOf(dialled, domain),
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
