import { isNumber, stripSeparators, unescapeUser } from '../sip/user.ts';
import type { DialPlan } from './model.ts';

/**
 * Fewer digits than this are never taken for an E.164 number that was written without `+` or a
 * prefix: they are extensions.
 */
const SHORTEST_BARE = 7;
const SHORTEST_BARE_INTERNATIONAL = 8;

/**
 * The one spelling of a number, used when rules are written and when a call is decided:
 * `+49301234567` where the dial plan, or a `+`, makes it an E.164 number, else the digits as
 * dialled (an extension, a feature code, or what cannot be judged).
 */
export function canonicalNumber(user: string, plan: DialPlan | undefined): string {
  const dialled = stripSeparators(user);
  if (dialled.charCodeAt(0) === 0x2b || !onlyDigits(dialled)) return dialled;
  return plan === undefined ? withoutPlan(dialled) : withPlan(dialled, plan);
}

function withoutPlan(digits: string): string {
  // ITU-T E.123 recommends 00, and a country code never begins with 0.
  if (digits.startsWith('00')) {
    const rest = digits.slice(2);
    return isInternational(rest) ? `+${rest}` : digits;
  }
  return isInternational(digits) ? `+${digits}` : digits;
}

function withPlan(digits: string, plan: DialPlan): string {
  let dialsAbroad = false;
  for (const prefix of plan.international) {
    if (!digits.startsWith(prefix)) continue;
    const rest = digits.slice(prefix.length);
    if (isInternational(rest)) return `+${rest}`;
    dialsAbroad = true;
  }
  // Nobody's national number: its first 0 would be taken for the national prefix.
  if (dialsAbroad) return digits;
  const { countryCode, national, lengths } = plan;
  if (national !== undefined && digits.startsWith(national)) {
    const rest = digits.slice(national.length);
    if (lengths.includes(rest.length)) return `+${countryCode}${rest}`;
  }
  // Before the country code: an Italian mobile number may itself begin with 39.
  if (plan.bareNational && digits.length >= SHORTEST_BARE && lengths.includes(digits.length)) {
    return `+${countryCode}${digits}`;
  }
  if (digits.startsWith(countryCode) && digits.length >= SHORTEST_BARE_INTERNATIONAL) {
    if (lengths.includes(digits.length - countryCode.length)) return `+${digits}`;
  }
  return digits;
}

/** ITU-T E.164 §6: at most 15 digits, the country code first. */
function isInternational(digits: string): boolean {
  return (
    digits.length >= SHORTEST_BARE_INTERNATIONAL &&
    digits.length <= 15 &&
    digits.charCodeAt(0) !== 0x30
  );
}

function onlyDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x30 || c > 0x39) return false;
  }
  return true;
}

/**
 * How a user part is compared inside its domain: a number in its canonical spelling, a name
 * unescaped and without case. Parameters of a telephone-subscriber (RFC 3261 §19.1.6,
 * `+49301234;ext=5`) do not count.
 */
export function keyOf(user: string, plan: DialPlan | undefined): string {
  const text = unescapeUser(user);
  const semicolon = text.indexOf(';');
  const bare = semicolon < 0 ? text : text.slice(0, semicolon);
  return isNumber(bare) ? canonicalNumber(bare, plan) : text.toLowerCase();
}
