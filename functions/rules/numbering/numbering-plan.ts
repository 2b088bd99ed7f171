import googleLibphonenumber, { type RegionCode } from 'google-libphonenumber';
import { type CountryCode, Metadata } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/metadata.max.json';
import type { DialPlan } from '../../decide/model.ts';
import { quoted } from '../source/fault.ts';
import { digitPattern, numbersOf, type States } from './digit-pattern.ts';

/**
 * What the phone metadata of Google's libphonenumber knows, in the form in which it is compiled
 * into a policy. Only for the time of writing: the metadata is large.
 */

/** ISO 3166 codes of the countries that have a dial plan. */
export const COUNTRIES: readonly string[] = Object.keys(metadata.countries).sort();

/** A word on a code that is none of these. */
export function unknownCountry(code: string): string {
  // Any two letters are near to others, so only the common mistake has a right word.
  return `unknown country ${quoted(code)}${code === 'UK' ? ", did you mean 'GB'?" : ''}`;
}

type NumberType =
  | 'FIXED_LINE'
  | 'MOBILE'
  | 'TOLL_FREE'
  | 'PERSONAL_NUMBER'
  | 'VOICEMAIL'
  | 'UAN'
  | 'PAGER'
  | 'VOIP'
  | 'SHARED_COST'
  | 'PREMIUM_RATE';

/** China has 2,101 prefixes for international calls, all but one of them for prepaid cards. */
const MOST_PREFIXES = 100;

const NOT_PREMIUM: readonly NumberType[] = [
  'FIXED_LINE',
  'MOBILE',
  'TOLL_FREE',
  'PERSONAL_NUMBER',
  'VOICEMAIL',
  'UAN',
  'PAGER',
  'VOIP',
  'SHARED_COST',
];

/** The part of libphonenumber-js' plan object that its types leave out. */
interface NumberingPlan {
  callingCode(): string;
  IDDPrefix(): string | undefined;
  nationalPrefix(): string | undefined;
  possibleLengths(): number[];
  type(type: NumberType): { pattern(): string } | undefined;
}

function numberingPlan(countryOrCallingCode: string): NumberingPlan {
  const reader = new Metadata(metadata as never);
  reader.selectNumberingPlan(countryOrCallingCode as CountryCode);
  return (reader as unknown as { numberingPlan: NumberingPlan }).numberingPlan;
}

/** How numbers are dialled in a country. */
export function dialPlanOf(country: string): DialPlan {
  const plan = numberingPlan(country);
  const national = plan.nationalPrefix();
  const countryCode = plan.callingCode();
  return {
    countryCode,
    international: internationalPrefixes(plan.IDDPrefix() ?? '00'),
    ...(national && { national }),
    lengths: plan.possibleLengths(),
    // Where there is no prefix, and in the NANP, ten digits are a national number.
    ...((!national || countryCode === '1') && { bareNational: true }),
  };
}

/** A prefix per carrier, where callers choose one; longest first, so that 0011 comes before 001. */
function internationalPrefixes(pattern: string): string[] {
  const prefixes = numbersOf(pattern).sort((a, b) => b.length - a.length || a.localeCompare(b));
  const shortest = prefixes.slice(-1);
  return prefixes.length <= MOST_PREFIXES ? prefixes : shortest;
}

const emergencyNumbers = new Map<string, readonly string[]>();

/** Emergency numbers of a country as dialled, e.g. 110 and 112 in Germany. */
export function emergencyNumbersOf(country: string): readonly string[] {
  let numbers = emergencyNumbers.get(country);
  if (numbers === undefined) {
    const info = googleLibphonenumber.ShortNumberInfo.getInstance();
    numbers = shortNumbers().filter((number) =>
      info.isEmergencyNumber(number, country as RegionCode),
    );
    emergencyNumbers.set(country, numbers);
  }
  return numbers;
}

/** All of two to five digits: the library tells whether one is an emergency number, not which are. */
function shortNumbers(): string[] {
  return [2, 3, 4, 5].flatMap((length) =>
    Array.from({ length: 10 ** length }, (_, value) => String(value).padStart(length, '0')),
  );
}

const premiumRanges = new Map<string, readonly string[]>();

/**
 * The premium-rate ranges that numbers beginning with one of these could fall into.
 *
 * @param allowed E.164 prefixes with `+`; `+` alone is every number
 * @returns E.164 prefixes, each the shortest under which every known number is premium-rate; where
 *   numbers of another kind differ only in length, they count as premium-rate too
 */
export function premiumPrefixes(allowed: readonly string[]): string[] {
  const near = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);
  const codes = [
    ...Object.keys(metadata.country_calling_codes),
    ...Object.keys(metadata.nonGeographic),
  ].filter((code) => allowed.some((prefix) => near(`+${code}`, prefix)));
  return [...new Set(codes)]
    .flatMap(premiumRangesOf)
    .filter((range) => allowed.some((prefix) => near(range, prefix)))
    .sort();
}

function premiumRangesOf(callingCode: string): readonly string[] {
  const known = premiumRanges.get(callingCode);
  if (known !== undefined) return known;
  const countries = (metadata.country_calling_codes as Record<string, string[]>)[callingCode];
  const plans = (countries ?? [callingCode]).map(numberingPlan);
  const patterns = (types: readonly NumberType[]) =>
    plans.flatMap((plan) =>
      types.flatMap((type) => {
        const pattern = plan.type(type)?.pattern();
        return pattern ? [digitPattern(pattern)] : [];
      }),
    );
  const premium = patterns(['PREMIUM_RATE']);
  const others = patterns(NOT_PREMIUM);
  const found: string[] = [];
  const visit = (prefix: string, premiumStates: States[], otherStates: States[]): void => {
    if (premiumStates.every((states) => states.size === 0)) return;
    if (
      otherStates.every((states) => states.size === 0) ||
      premium.every((pattern, i) => pattern.isUniform(premiumStates[i] as States))
    ) {
      found.push(prefix);
      return;
    }
    for (let digit = 0; digit <= 9; digit++) {
      visit(
        prefix + digit,
        premium.map((pattern, i) => pattern.step(premiumStates[i] as States, digit)),
        others.map((pattern, i) => pattern.step(otherStates[i] as States, digit)),
      );
    }
  };
  visit(
    `+${callingCode}`,
    premium.map(({ start }) => start),
    others.map(({ start }) => start),
  );
  premiumRanges.set(callingCode, found);
  return found;
}
