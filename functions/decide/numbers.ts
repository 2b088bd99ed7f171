import { isNumber, stripSeparators, userText } from '../sip/user.ts';
import { holdsDigits } from './digit-table.ts';
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
  return withNationalPrefix(digits, plan) ?? bareNumber(digits, plan);
}

function withNationalPrefix(digits: string, plan: DialPlan): string | undefined {
  const { countryCode, national, otherNational = NONE, known, lengths } = plan;
  if (known !== undefined) {
    for (const prefix of otherNational) {
      if (digits.startsWith(prefix) && holdsDigits(known, digits, prefix.length)) {
        return `+${countryCode}${digits.slice(prefix.length)}`;
      }
    }
  }
  if (national === undefined || !digits.startsWith(national)) return undefined;
  const rest = digits.slice(national.length);
  // A national number may begin like the prefix: 8123456789 in Russia.
  if (!lengths.includes(rest.length)) return undefined;
  return `+${countryCode}${rest}`;
}

/** Digits without any prefix: a national number, an international one, or an extension. */
function bareNumber(digits: string, plan: DialPlan): string {
  const { countryCode, lengths, known, bare } = plan;
  if (bare === 'international') return isInternational(digits) ? `+${digits}` : digits;
  const rest = digits.length - countryCode.length;
  const isOwn = digits.startsWith(countryCode) && digits.length >= SHORTEST_BARE_INTERNATIONAL;
  const long = digits.length >= SHORTEST_BARE;
  if (bare === 'national') {
    const fits = known ? holdsDigits(known, digits, 0) : lengths.includes(digits.length);
    return long && fits ? `+${countryCode}${digits}` : digits;
  }
  if (known !== undefined) {
    // Where both fit it is national: an Italian mobile number may itself begin with 39.
    if (long && holdsDigits(plan.knownBare ?? known, digits, 0)) return `+${countryCode}${digits}`;
    if (isOwn && holdsDigits(known, digits, countryCode.length)) return `+${digits}`;
  }
  if (plan.bareNational && long && lengths.includes(digits.length)) {
    return `+${countryCode}${digits}`;
  }
  if (isOwn && lengths.includes(rest)) return `+${digits}`;
  return digits;
}

const NONE: readonly string[] = [];

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
 * unescaped and without case. What follows a `;` does not count.
 */
export function keyOf(user: string, plan: DialPlan | undefined): string {
  const text = userText(user);
  return isNumber(text) ? canonicalNumber(text, plan) : text.toLowerCase();
}
