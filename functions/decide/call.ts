import { type Diversion, parseDiversions } from '../sip/diversion.ts';
import { SipSyntaxError } from '../sip/error.ts';
import { headerValues, tokens } from '../sip/headers.ts';
import { type HistoryEntry, parseHistoryInfo } from '../sip/history-info.ts';
import { type NameAddr, parseNameAddr, splitList } from '../sip/name-addr.ts';
import { reasonCause } from '../sip/reason.ts';
import { param, parseUri, type Uri } from '../sip/uri.ts';
import { BadField } from './bad-field.ts';
import type { RouteRequest } from './decision.ts';
import { contextHost, hostOf, identityOf, keyOfUri, type Place, userOf } from './identity.ts';
import type { Peer, Policy } from './model.ts';
import { type Verstat, verstatOf } from './verstat.ts';

/** A call as its INVITE tells it, before anything of the domain is known. */
export interface ParsedCall {
  readonly callId: string;
  readonly fromTag: string;
  readonly requestUri: Uri;
  /** Undefined where it can't be read: then nobody is named by it. */
  readonly from: Uri | undefined;
  readonly sourceAddress: string | undefined;
  /** Lower case. */
  readonly transport: string | undefined;
  /** Whether the edge can call Contacts itself. */
  readonly canFollow: boolean;
  /** The caller's User-Agent, lower case; empty where there is none. */
  readonly userAgent: string;
  /** P-Asserted-Identity (RFC 3325): at most a sip and a tel URI. */
  readonly asserted: readonly Uri[];
  /** Values of Privacy (RFC 3323, RFC 7044), lower case. */
  readonly privacy: ReadonlySet<string>;
  readonly diversions: readonly Diversion[];
  /** Diversion entries that could not be read: each still counts as a diversion. */
  readonly unreadableDiversions: number;
  /** As received, for the 302: those that could not be read too, unless they would break it. */
  readonly diversionValues: readonly string[];
  readonly history: readonly HistoryEntry[];
  /** As received, like `diversionValues`. */
  readonly historyValues: readonly string[];
  readonly supportsHistory: boolean;
  /** It says that it is a call back from an emergency centre (RFC 7090 §5), as anybody can. */
  readonly emergencyCallBack: boolean;
  /** Values of Identity (RFC 8224), as received. */
  readonly identityValues: readonly string[];
  readonly outcome: Outcome | undefined;
}

/** How the called user's leg ended. */
export interface Outcome {
  readonly status: number;
  readonly ringing: boolean;
  /** The Q.850 cause of its Reason (RFC 3326). */
  readonly isup: number | undefined;
  /** Of their own 3xx, best `q` first, else in its order; what cannot be read is left out. */
  readonly contacts: readonly NameAddr[];
  readonly diversions: readonly Diversion[];
}

/**
 * Reads a request's raw header values.
 *
 * @throws BadField where the call cannot be understood without the value
 */
export function parseCall(request: RouteRequest): ParsedCall {
  const requestUri = read('requestUri', () => parseUri(request.requestUri.trim()));
  if (requestUri.scheme === 'urn' && !isEmergencyService(requestUri)) {
    throw new BadField('requestUri', 'must be a sip:, sips: or tel: URI, or urn:service:sos');
  }
  const from = tryRead(request.from);
  const headers = request.headers;
  const diversions = parseDiversions(headerValues(headers, 'Diversion'));
  const history = parseHistoryInfo(headerValues(headers, 'History-Info'));
  return {
    callId: request.callId,
    fromTag: tagOf(request.from, from),
    requestUri,
    from: from?.uri,
    sourceAddress: request.sourceAddress,
    transport: request.transport?.toLowerCase(),
    canFollow: request.canFollow === true,
    userAgent: headerValues(headers, 'User-Agent').join(' ').toLowerCase(),
    asserted: readable(headerValues(headers, 'P-Asserted-Identity')).map((value) => value.uri),
    privacy: tokens(headerValues(headers, 'Privacy'), ';,'),
    diversions: diversions.entries,
    unreadableDiversions: diversions.unreadable.length,
    diversionValues: diversions.elements,
    history: history.entries,
    historyValues: history.elements,
    supportsHistory: tokens(headerValues(headers, 'Supported', 'k')).has('histinfo'),
    emergencyCallBack: headerValues(headers, 'Priority').some(
      (value) => value.trim().toLowerCase() === 'psap-callback',
    ),
    identityValues: headerValues(headers, 'Identity', 'y'),
    outcome: request.outcome && parseOutcome(request.outcome),
  };
}

function parseOutcome(outcome: NonNullable<RouteRequest['outcome']>): Outcome {
  return {
    status: outcome.status,
    ringing: outcome.ringing === true,
    isup: reasonCause(headerValues(outcome.headers, 'Reason'), 'Q.850'),
    contacts: readable(outcome.contacts ?? []).sort((a, b) => qOf(b) - qOf(a)),
    diversions: parseDiversions(headerValues(outcome.headers, 'Diversion')).entries,
  };
}

/** The value by which Contacts are ordered (RFC 3261 §20.10); 1 where there is none to be read. */
function qOf(contact: NameAddr): number {
  const q = param(contact.params, 'q');
  return typeof q === 'string' && Q_VALUE.test(q) ? Number(q) : 1;
}

/** RFC 3261 §25.1 qvalue. */
export const Q_VALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** The tag of From, which tells retransmissions from other calls, whether the rest is read or not. */
function tagOf(value: string, from: NameAddr | undefined): string {
  const tag = from
    ? param(from.params, 'tag')
    : /;\s*tag\s*=\s*([^\s;,"<>]+)\s*$/i.exec(value)?.[1];
  return typeof tag === 'string' ? tag : '';
}

function read<T>(field: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SipSyntaxError) throw new BadField(field, error.message, { cause: error });
    throw error;
  }
}

/** The values that can be read: a call is not lost for a header that nobody needs. */
function readable(values: readonly string[]): NameAddr[] {
  const read: NameAddr[] = [];
  for (const value of splitList(values)) {
    const one = tryRead(value);
    if (one !== undefined) read.push(one);
  }
  return read;
}

function tryRead(value: string): NameAddr | undefined {
  try {
    return parseNameAddr(value);
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}

/** `urn:service:sos` and its sub-services (RFC 5031 §4.2). */
export function isEmergencyService(uri: Uri): boolean {
  return (
    uri.scheme === 'urn' && (uri.value === 'service:sos' || uri.value.startsWith('service:sos.'))
  );
}

/**
 * The domain that a call is for; undefined where this peer has no say over it. A `tel:` or `urn:`
 * Request-URI, or one at the peer's own address, is for its default domain.
 */
export function domainOf(call: ParsedCall, peer: Peer): string | undefined {
  const uri = call.requestUri;
  if (uri.scheme === 'urn' || uri.scheme === 'tel') return peer.domains[0];
  if (peer.domains.includes(uri.host)) return uri.host;
  return peer.hosts.includes(uri.host) ? peer.domains[0] : undefined;
}

/** The key of the called user in their domain; undefined where the Request-URI names no user. */
export function calledKey(
  call: ParsedCall,
  peer: Peer,
  policy: Policy | undefined,
): string | undefined {
  const uri = call.requestUri;
  if (uri.scheme === 'urn') return undefined;
  const context = contextHost(uri);
  const own =
    context === undefined ||
    peer.domains.includes(context) ||
    peer.hosts.includes(context) ||
    (uri.scheme !== 'tel' && uri.host === context);
  // A local number of another domain (RFC 3966 §5.1.5) is none of ours.
  return own ? keyOfUri(uri, peer.plan ?? policy?.plan) : undefined;
}

/** Who calls. */
export interface Caller {
  /** Every identity they are known by; empty where they name none. */
  readonly identities: readonly string[];
  /** The hosts of their URIs, the domain where they stand for it. */
  readonly hosts: readonly string[];
  /** They asked to be anonymous (RFC 3323, RFC 3325 §7): rules see no name and no number of theirs. */
  readonly anonymous: boolean;
  /** Of the called user's own domain and not from a trunk. */
  readonly internal: boolean;
  /** What the network found of the caller's signature; undefined where it says nothing. */
  readonly verstat?: Verstat | undefined;
}

/** The URIs by which the caller is known. */
function callerUris(call: ParsedCall, peer: Peer): readonly Uri[] {
  const asserted = peer.trustIdentity ? call.asserted : [];
  return asserted.length > 0 ? asserted : call.from === undefined ? [] : [call.from];
}

/**
 * The keys under which a caller may be a subscriber of the domain although no host says so: only
 * the store can tell.
 */
export function callerKeys(call: ParsedCall, peer: Peer, place: Place): string[] {
  const keys: string[] = [];
  for (const uri of callerUris(call, peer)) {
    const identity = identityOf(uri, place);
    if (identity === undefined) continue;
    const host = hostOf(identity);
    if (standsFor(uri, place)) return [];
    if (host === undefined || host === place.domain) keys.push(userOf(identity));
  }
  return keys;
}

/**
 * The caller: the asserted identity where the peer is trusted with it, else From.
 *
 * @param isSubscriber whether a key is known to be a subscriber's of the domain
 */
export function callerOf(
  call: ParsedCall,
  peer: Peer,
  place: Place,
  fromTrunk: boolean,
  isSubscriber: (key: string) => boolean,
): Caller {
  const uris = callerUris(call, peer);
  const identities: string[] = [];
  const hosts: string[] = [];
  for (const uri of uris) {
    const identity = identityOf(uri, place);
    if (identity !== undefined) identities.push(identity);
    if (uri.scheme === 'tel' || uri.scheme === 'urn') continue;
    hosts.push(standsFor(uri, place) ? place.domain : uri.host);
  }
  const known = (identity: string): boolean => {
    const host = hostOf(identity);
    return (host === undefined || host === place.domain) && isSubscriber(userOf(identity));
  };
  return {
    identities,
    hosts,
    anonymous:
      call.privacy.has('id') ||
      call.privacy.has('user') ||
      (call.from === undefined ? uris.length === 0 : isAnonymous(call.from)),
    internal: !fromTrunk && (hosts.includes(place.domain) || identities.some(known)),
    verstat: fromTrunk ? verstatIn(call, peer) : undefined,
  };
}

/** TS 24.229 §5.7.1.4: of what the network asserts, else of From; phones could write it themselves. */
function verstatIn({ asserted, from }: ParsedCall, { trustIdentity }: Peer): Verstat | undefined {
  for (const uri of [...(trustIdentity ? asserted : []), ...(from ? [from] : [])]) {
    const found = verstatOf(uri);
    if (found !== undefined) return found;
  }
  return undefined;
}

function standsFor(uri: Uri, { domain, hosts }: Place): boolean {
  if (uri.scheme === 'tel' || uri.scheme === 'urn') return false;
  return uri.host === domain || hosts.includes(uri.host);
}

/** RFC 3323 §4.1.1.3: `sip:anonymous@anonymous.invalid`, and the spellings seen for it. */
function isAnonymous(from: Uri): boolean {
  if (from.scheme === 'tel' || from.scheme === 'urn') return false;
  if (from.host === 'anonymous.invalid') return true;
  return from.user?.toLowerCase() === 'anonymous';
}
