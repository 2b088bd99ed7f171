import { CALLED_USER, STEERING_PARAMS } from '../decide/destinations.ts';
import type { TargetRefusal } from '../decide/drop-reason.ts';
import { contextHost, hostOf, identityOf, numberOf, userOf } from '../decide/identity.ts';
import type { Target } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import { judgeTarget, keepsHost, type TargetPolicy } from '../decide/targets.ts';
import { type Param, printUri, type SipUri, type Uri } from '../sip/uri.ts';
import { escapeUser, isNumber, unescapeUser, userText } from '../sip/user.ts';
import { type Directory, findIdentity, unknownSubscriber } from './directory.ts';
import { readNumber } from './numbering/number.ts';
import { quoted } from './source/fault.ts';
import { isUri, readUri } from './uri.ts';

/** What a target is judged by. */
export interface TargetContext {
  readonly policy: TargetPolicy;
  readonly directory: Directory;
}

/**
 * The place that a subscriber's name, a number or a URI stands for, or why it is none or may not
 * be forwarded to. Also for numbers that a subscriber enters by feature code.
 */
export function compileTarget(text: string, context: TargetContext): Target | string {
  const { policy, directory } = context;
  if (text.includes(CALLED_USER)) return perUserTarget(text, context);
  const place = placeOf(text, context);
  if (typeof place === 'string') return place;
  const identity = identityOf(place, { domain: policy.domain, hosts: [], plan: policy.plan });
  if (identity === undefined) return `${quoted(text)} names nobody: a user part is missing`;
  const listed = findIdentity(directory, identity, policy.domain);
  const why = judgeTarget(policy, identity, listed !== undefined, place.host);
  if (why !== undefined) return refusal(text, identity, why);
  return { uri: printUri(place), identity, ...(listed && { names: listed.names }) };
}

/** A target as a person would write it. */
export function shownTarget({ identity, uri }: Target, domain: string): string {
  const host = hostOf(identity);
  if (host === undefined) return identity;
  return host === domain ? identity.slice(0, -host.length - 1) : uri;
}

/** A name that only a subscriber can have: whoever is called is judged by their own. */
const ANYBODY = 'somebody';

/** `sip:{user}@dr.example`: the called user elsewhere, so that only the host can be judged now. */
function perUserTarget(text: string, context: TargetContext): Target | string {
  const { policy } = context;
  const uri = isUri(text) ? readUri(text.replace(CALLED_USER, ANYBODY)) : undefined;
  const like = 'write it as the whole user part, like sip:{user}@dr.example';
  if (typeof uri !== 'object' || uri.scheme === 'urn' || uri.scheme === 'tel') {
    return `${quoted(text)}: ${CALLED_USER} stands for the called user: ${like}`;
  }
  if (uri.user !== ANYBODY) return `${quoted(text)}: ${like}`;
  const place = fromUri(text, uri, context);
  if (typeof place === 'string') return place;
  const why = judgeTarget(policy, `${ANYBODY}@${place.host}`);
  if (why !== undefined) return refusal(text, `${ANYBODY}@${place.host}`, why);
  if (place.host === policy.domain) return `${quoted(text)} is the called user's own address`;
  return {
    uri: printUri(place).replace(ANYBODY, CALLED_USER),
    identity: `${CALLED_USER}@${place.host}`,
  };
}

/** A refused target as its writer is told, with what to write instead where there is something. */
function refusal(text: string, identity: string, why: TargetRefusal): string {
  const number = numberOf(identity);
  const refused = `${quoted(text)} may not be forwarded to`;
  switch (why) {
    case 'emergency':
      return `${refused}: emergency number`;
    case 'denied':
      return `${refused}: denied by targets.deny`;
    case 'premium':
      return `${refused}: premium-rate number without an allow entry inside its range`;
    case 'invalid-number':
      return `${refused}: ${number} is no number of its country`;
    case 'invalid-name':
      return `${quoted(text)} is no subscriber, and other names may have only letters, digits, '_', '.' and '-', a letter or '_' first`;
    case 'not-allowed':
      return number !== undefined && !number.startsWith('+')
        ? `${quoted(text)} is no subscriber, no alias and no number of targets.allow`
        : `${quoted(text)} is not in targets.allow: add "${number ?? `@${hostOf(identity)}`}" there if calls may go to it`;
  }
}

/** The URI of a target. Short names resolve to the subscriber's own, numbers to E.164. */
function placeOf(text: string, context: TargetContext): SipUri | string {
  const { policy, directory } = context;
  const { domain, plan } = policy;
  if (isUri(text)) {
    const uri = readUri(text);
    if (typeof uri === 'string') return `${quoted(text)} is no SIP address: ${uri}`;
    return fromUri(text, uri, context);
  }
  const written = readNumber(text, plan);
  if (typeof written === 'string') return written;
  if (written !== undefined) {
    const { number } = written;
    const listed = directory.find(number);
    // Another name of theirs that others may call too: a number stays one.
    if (!listed || (number.startsWith('+') && number !== listed.user)) {
      return inDomain('sip', number, domain, []);
    }
    return inDomain('sip', listed.spelled, domain, []);
  }
  if (text.includes('@')) return `${quoted(text)} must begin with sip: to be a SIP address`;
  const listed = directory.find(keyOf(text, plan));
  if (listed === undefined) return unknownSubscriber(text, directory);
  return inDomain('sip', listed.spelled, domain, []);
}

function fromUri(text: string, uri: Uri, { policy, directory }: TargetContext): SipUri | string {
  const { domain, plan } = policy;
  if (uri.scheme === 'urn') return `${quoted(text)} is no place to forward to`;
  if (uri.scheme === 'tel') {
    const other = uri.params.find(([name]) => name.toLowerCase() !== 'phone-context');
    if (other) return `${quoted(text)}: a tel: URI may have no parameters here but phone-context`;
  } else {
    if (uri.headers !== undefined) return `${quoted(text)} may have no headers after '?'`;
    if (uri.password !== undefined) return `${quoted(text)} may have no password`;
    const refused = uri.params.find(isRefused);
    if (refused) return `${quoted(text)} may not have the parameter '${printParam(refused)}'`;
    if (uri.user === undefined) return uri;
  }
  const identity = identityOf(uri, { domain, hosts: [], plan });
  if (identity === undefined) return `${quoted(text)} names nobody: a user part is missing`;
  const scheme = uri.scheme === 'tel' ? 'sip' : uri.scheme;
  const others = (uri.scheme === 'tel' ? [] : uri.params).filter((one) => nameOf(one) !== 'user');
  const listed = findIdentity(directory, identity, domain);
  if (listed !== undefined && listed.names[0] === identity) {
    return inDomain(scheme, listed.spelled, domain, others);
  }
  const host = hostOf(identity);
  const number = numberOf(identity);
  if (number === undefined) {
    // What follows a `;` in the user part is not carried over.
    return uri.scheme === 'tel' ? inDomain(scheme, userOf(identity), domain, others) : plain(uri);
  }
  const stays = uri.scheme !== 'tel' && contextHost(uri) === undefined;
  const kept = stays && keepsHost(policy, uri.host) ? uri : undefined;
  const at = host ?? kept?.host ?? domain;
  const place = inDomain(scheme, number, at, others);
  return kept?.port === undefined ? place : { ...place, port: kept.port };
}

/**
 * RFC 4458's `target` names a mailbox, and `user=phone` is added where it belongs. `user=dialstring`
 * (RFC 4967) has a gateway dial what was judged as a name.
 */
function isRefused(param: Param): boolean {
  const name = nameOf(param);
  if (name === 'user') return !/^(?:phone|ip)$/i.test(unescapeUser(param[1] ?? ''));
  return STEERING_PARAMS.has(name) && name !== 'target';
}

const nameOf = ([name]: Param): string => unescapeUser(name).toLowerCase();

const printParam = (param: Param): string =>
  nameOf(param) === 'user' ? `user=${param[1] ?? ''}` : nameOf(param);

function plain(uri: SipUri): SipUri {
  return uri.user?.includes(';') ? { ...uri, user: escapeUser(userText(uri.user)) } : uri;
}

/** A user or number at a host. */
function inDomain(
  scheme: SipUri['scheme'],
  key: string,
  host: string,
  params: readonly Param[],
): SipUri {
  const phone: Param = ['user', 'phone'];
  return {
    scheme,
    user: escapeUser(key),
    host,
    params: key.startsWith('+') && isNumber(key) ? [phone, ...params] : params,
  };
}
