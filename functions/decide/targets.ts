import { isNumber, isPlainName } from '../sip/user.ts';
import { holdsDigits } from './digit-table.ts';
import type { TargetRefusal } from './drop-reason.ts';
import { splitIdentity } from './identity.ts';
import type { DialPlan, Policy, TargetPattern } from './model.ts';

/** Emergency numbers everywhere (3GPP TS 22.101 §10.1.1). */
const ALWAYS_EMERGENCY = ['112', '911'];

/**
 * Whether a key, as dialled or in E.164, is an emergency number of the domain's country. People
 * dial them with what they dial before and after other numbers, and nobody else has such a number:
 *
 * - `112#`, `112%20`: `#` ends dialling on many phones (ITU-T E.131), a space is a slip;
 * - `0112`, `0110`: the trunk prefix, or the 0 for an outside line. Only `0`: in the NANP `1911`
 *   may be an extension, and 911 is not dialled so;
 * - `+49112`, `0049112`, `+1911`: after a country code, as some phones complete what is dialled.
 */
export function isEmergencyNumber(
  key: string,
  policy: Pick<Policy, 'emergency' | 'plan'>,
): boolean {
  // All of what a number is made of comes before the letters: most keys end here.
  if (key.length > 16 || key.charCodeAt(0) > 0x39) return false;
  const dialled = key.replace(/[\s#]+$/, '');
  const digits = dialled.charCodeAt(0) === 0x2b ? dialled.slice(1) : dialled;
  if (listsEmergency(digits, policy)) return true;
  if (dialled.charCodeAt(0) === 0x30 && listsEmergency(dialled.slice(1), policy)) return true;
  // Three digits after a country code are nobody's number, whatever the country.
  if (/^\+[1-9]\d{0,2}(?:112|911)$/.test(dialled)) return true;
  const national = policy.plan && nationalPart(dialled, policy.plan);
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

/** What a target is judged by. */
export type TargetPolicy = Pick<
  Policy,
  'domain' | 'allow' | 'deny' | 'premium' | 'numbers' | 'emergency' | 'plan'
>;

/**
 * Why a call may not be forwarded to this identity; undefined where it may. The same function
 * judges when a rule is written and when it is used.
 *
 * @param known whether it is a subscriber, or a subscriber's alias, of the domain
 * @param host where an E.164 number was found: one that `allow` names admits it
 */
export function judgeTarget(
  policy: TargetPolicy,
  identity: string,
  known = false,
  host?: string,
): TargetRefusal | undefined {
  const [user, ownHost] = splitIdentity(identity);
  const number = isNumber(user) ? user : undefined;
  if (number !== undefined && isEmergencyNumber(number, policy)) return 'emergency';
  const at = ownHost ?? host;
  if (policy.deny.some((pattern) => matches(pattern, policy, identity, number, at))) {
    return 'denied';
  }
  if (known && allowsOwnDomain(policy)) return undefined;
  if (!policy.allow.some((pattern) => matches(pattern, policy, identity, number, at))) {
    return 'not-allowed';
  }
  if (number === undefined) {
    return isPlainName(user) || known ? undefined : 'invalid-name';
  }
  if (number.charCodeAt(0) !== 0x2b) return undefined;
  if (isPremium(policy, number)) return 'premium';
  return isAssigned(policy, number) ? undefined : 'invalid-number';
}

/** Whether a number stays at this host: it is another than the domain, and `allow` names it. */
export function keepsHost({ domain, allow }: Pick<Policy, 'domain' | 'allow'>, host: string) {
  return host !== domain && allow.some((p) => p.is === 'domain' && p.value === host);
}

/** Whether an E.164 number is one that the metadata know. */
function isAssigned({ numbers }: Pick<Policy, 'numbers'>, number: string): boolean {
  return numbers === undefined ? PLAUSIBLE.test(number) : holdsDigits(numbers, number, 1);
}

/**
 * For a policy that was compiled before it held numbers: 8 to 15 digits, and no 0 after the country
 * code, where a gateway could see a trunk prefix or another international call. Three countries
 * have numbers that begin with 0. Country codes as ITU-T E.164 assigns their lengths.
 */
const PLAUSIBLE =
  /^\+(?=\d{8,15}$)(?:(?:39|225|242)\d|(?!39|225|242)(?:[17]|2[07]|3[0-46]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(?!2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])[2-689]\d\d)[1-9])/;

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

function matches(
  pattern: TargetPattern,
  { domain }: Pick<Policy, 'domain'>,
  identity: string,
  number: string | undefined,
  host: string | undefined,
): boolean {
  switch (pattern.is) {
    case 'domain':
      return host === pattern.value && (number === undefined || host !== domain);
    case 'prefix':
      return number?.startsWith(pattern.value) ?? false;
    case 'class':
      return number !== undefined && pattern.prefixes.some((prefix) => number.startsWith(prefix));
    case 'extension':
      return number !== undefined && host === domain && matchesExtension(pattern.value, number);
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
