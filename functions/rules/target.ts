import { hostOf, identityOf, numberOf } from '../decide/identity.ts';
import type { DialPlan, Policy, Target } from '../decide/model.ts';
import { canonicalNumber, keyOf } from '../decide/numbers.ts';
import { judgeTarget } from '../decide/targets.ts';
import { type Param, param, printUri, type SipUri, type Uri } from '../sip/uri.ts';
import { escapeUser, isNumber } from '../sip/user.ts';
import { type Directory, findIdentity, unknownSubscriber } from './directory.ts';
import { readNumber } from './numbering/number.ts';
import { quoted } from './source/fault.ts';
import { isUri, readUri } from './uri.ts';

/** What a target is judged by. */
export interface TargetContext {
  readonly policy: Pick<Policy, 'domain' | 'plan' | 'allow' | 'deny' | 'premium' | 'emergency'>;
  readonly directory: Directory;
}

/** Parameters that would change how the call is sent, or that deciding sets itself. */
const REFUSED_PARAMS = ['method', 'maddr', 'transport', 'ttl', 'lr', 'cause', 'dv'];

/**
 * The place that a subscriber's name, a number or a URI stands for, or why it is none or may not
 * be forwarded to. Also for numbers that a subscriber enters by feature code.
 */
export function compileTarget(text: string, context: TargetContext): Target | string {
  const { policy, directory } = context;
  const place = placeOf(text, context);
  if (typeof place === 'string') return place;
  const identity = identityOf(place, { domain: policy.domain, hosts: [], plan: policy.plan });
  if (identity === undefined) return `${quoted(text)} names nobody: a user part is missing`;
  const listed = findIdentity(directory, identity, policy.domain);
  const why = judgeTarget(policy, identity, listed !== undefined);
  if (why !== undefined) return refusal(text, identity, why);
  return { uri: printUri(place), identity, ...(listed && { names: listed.names }) };
}

/** A target as a person would write it. */
export function shownTarget({ identity, uri }: Target, domain: string): string {
  const host = hostOf(identity);
  if (host === undefined) return identity;
  return host === domain ? identity.slice(0, -host.length - 1) : uri;
}

function refusal(text: string, identity: string, why: string): string {
  if (why !== 'not in targets.allow') return `${quoted(text)} may not be forwarded to: ${why}`;
  const number = numberOf(identity);
  if (number !== undefined && !number.startsWith('+')) {
    return `${quoted(text)} is no subscriber, no alias and no number of targets.allow`;
  }
  const entry = number ?? `@${identity.slice(identity.lastIndexOf('@') + 1)}`;
  return `${quoted(text)} is not in targets.allow: add "${entry}" there if calls may go to it`;
}

/** The URI of a target. Short names resolve to the subscriber's own, numbers to E.164. */
function placeOf(text: string, { policy, directory }: TargetContext): SipUri | string {
  const { domain, plan } = policy;
  if (isUri(text)) {
    const uri = readUri(text);
    if (typeof uri === 'string') return `${quoted(text)} is no SIP address: ${uri}`;
    return fromUri(text, uri, domain, plan);
  }
  const written = readNumber(text, plan);
  if (typeof written === 'string') return written;
  if (written !== undefined) {
    const { number } = written;
    const listed = number.startsWith('+') ? undefined : directory.find(number);
    return inDomain('sip', listed?.user ?? number, domain, []);
  }
  if (text.includes('@')) return `${quoted(text)} must begin with sip: to be a SIP address`;
  const listed = directory.find(keyOf(text, plan));
  if (listed === undefined) return unknownSubscriber(text, directory);
  return inDomain('sip', listed.user, domain, []);
}

function fromUri(
  text: string,
  uri: Uri,
  domain: string,
  plan: DialPlan | undefined,
): SipUri | string {
  if (uri.scheme === 'urn') return `${quoted(text)} is no place to forward to`;
  if (uri.scheme === 'tel') {
    if (uri.params.length > 0) return `${quoted(text)}: a tel: URI may have no parameters here`;
    return inDomain('sip', canonicalNumber(uri.number, plan), domain, []);
  }
  if (uri.headers !== undefined) return `${quoted(text)} may have no headers after '?'`;
  if (uri.password !== undefined) return `${quoted(text)} may have no password`;
  const refused = REFUSED_PARAMS.find((name) => param(uri.params, name) !== undefined);
  if (refused) return `${quoted(text)} may not have the parameter '${refused}'`;
  const number = uri.user === undefined ? undefined : numberOf(`${keyOf(uri.user, plan)}@`);
  if (number === undefined) return uri;
  const others = uri.params.filter(([name]) => name.toLowerCase() !== 'user');
  return inDomain(uri.scheme, number, domain, others);
}

/** A user or number of the domain. */
function inDomain(
  scheme: SipUri['scheme'],
  key: string,
  domain: string,
  params: readonly Param[],
): SipUri {
  const phone: Param = ['user', 'phone'];
  return {
    scheme,
    user: escapeUser(key),
    host: domain,
    params: key.startsWith('+') && isNumber(key) ? [phone, ...params] : params,
  };
}
