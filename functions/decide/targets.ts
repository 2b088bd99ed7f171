import { hostOf, numberOf } from './identity.ts';
import type { DialPlan, Policy, TargetPattern } from './model.ts';

/** Emergency numbers everywhere (3GPP TS 22.101 §10.1.1). */
const ALWAYS_EMERGENCY = ['112', '911'];

/** Whether a key, as dialled or in E.164, is an emergency number of the domain's country. */
export function isEmergencyNumber(
  key: string,
  policy: Pick<Policy, 'emergency' | 'plan'>,
): boolean {
  // All of what a number is made of comes before the letters: most keys end here.
  if (key.length > 16 || key.charCodeAt(0) > 0x39) return false;
  if (listsEmergency(key.charCodeAt(0) === 0x2b ? key.slice(1) : key, policy)) return true;
  const national = policy.plan && nationalPart(key, policy.plan);
  return national !== undefined && listsEmergency(national, policy);
}

/** What follows the country's own code: too short for E.164, such a key may be written either way. */
function nationalPart(key: string, { countryCode, international }: DialPlan): string | undefined {
  const prefix = key.startsWith('+') ? '+' : international.find((one) => key.startsWith(one));
  if (prefix === undefined || !key.startsWith(countryCode, prefix.length)) return undefined;
  return key.slice(prefix.length + countryCode.length);
}

function listsEmergency(digits: string, policy: Pick<Policy, 'emergency'>): boolean {
  return ALWAYS_EMERGENCY.includes(digits) || policy.emergency.includes(digits);
}

/**
 * Why a call may not be forwarded to this identity; undefined where it may. The same function
 * judges when a rule is written and when it is used.
 *
 * @param known whether it is a subscriber, or a subscriber's alias, of the domain
 */
export function judgeTarget(
  policy: Pick<Policy, 'domain' | 'allow' | 'deny' | 'premium' | 'emergency' | 'plan'>,
  identity: string,
  known = false,
): string | undefined {
  const number = numberOf(identity);
  if (number !== undefined && isEmergencyNumber(number, policy)) return 'emergency number';
  if (policy.deny.some((pattern) => matches(pattern, identity, number))) {
    return 'denied by targets.deny';
  }
  if (known && allowsOwnDomain(policy)) return undefined;
  if (!policy.allow.some((pattern) => matches(pattern, identity, number))) {
    return 'not in targets.allow';
  }
  if (number !== undefined && isPremium(policy, number)) {
    return 'premium-rate number without an allow entry inside its range';
  }
  return undefined;
}

function allowsOwnDomain(policy: Pick<Policy, 'domain' | 'allow'>): boolean {
  return policy.allow.some((p) => p.is === 'domain' && p.value === policy.domain);
}

function isPremium(policy: Pick<Policy, 'allow' | 'premium'>, number: string): boolean {
  const range = policy.premium.find((prefix) => number.startsWith(prefix));
  if (range === undefined) return false;
  return !policy.allow.some(
    (p) =>
      (p.is === 'prefix' || p.is === 'identity') &&
      p.value.startsWith(range) &&
      number.startsWith(p.value),
  );
}

function matches(pattern: TargetPattern, identity: string, number: string | undefined): boolean {
  switch (pattern.is) {
    case 'domain':
      return number === undefined && hostOf(identity) === pattern.value;
    case 'prefix':
      return number?.startsWith(pattern.value) ?? false;
    case 'extension':
      return number !== undefined && matchesExtension(pattern.value, number);
    case 'identity':
      return identity === pattern.value;
  }
}

function matchesExtension(pattern: string, number: string): boolean {
  if (pattern.length !== number.length) return false;
  for (let i = 0; i < pattern.length; i++) {
    const p = pattern.charCodeAt(i);
    const c = number.charCodeAt(i);
    // x or X is any digit
    if ((p | 0x20) === 0x78 ? c < 0x30 || c > 0x39 : p !== c) return false;
  }
  return true;
}
