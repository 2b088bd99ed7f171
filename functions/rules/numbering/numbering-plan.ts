import googleLibphonenumber, { type RegionCode } from 'google-libphonenumber';
import { type CountryCode, Metadata } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/metadata.max.json';
import type { DigitTable } from '../../decide/digit-table.ts';
import type { DialPlan } from '../../decide/model.ts';
import { quoted } from '../source/fault.ts';
import { digitPattern, numbersOf, type States } from './digit-pattern.ts';
import {
  after,
  atLeast,
  both,
  type DigitSet,
  holds,
  setOfPattern,
  tableOf,
  union,
} from './digit-set.ts';

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

const NUMBER_TYPES = [
  'FIXED_LINE',
  'MOBILE',
  'TOLL_FREE',
  'PERSONAL_NUMBER',
  'VOICEMAIL',
  'UAN',
  'PAGER',
  'VOIP',
  'SHARED_COST',
  'PREMIUM_RATE',
] as const;
type NumberType = (typeof NUMBER_TYPES)[number];

/** China has 2,101 prefixes for international calls, all but one of them for prepaid cards. */
const MOST_PREFIXES = 100;

/** The part of libphonenumber-js' plan object that its types leave out. */
interface NumberingPlan {
  callingCode(): string;
  IDDPrefix(): string | undefined;
  nationalPrefix(): string | undefined;
  nationalPrefixForParsing(): string | undefined;
  possibleLengths(): number[];
  /** What all of the country's numbers match, whatever their type. */
  nationalNumberPattern(): string;
  type(
    type: NumberType,
  ): { pattern(): string; possibleLengths(): number[] | undefined } | undefined;
}

function numberingPlan(countryOrCallingCode: string): NumberingPlan {
  const reader = new Metadata(metadata as never);
  reader.selectNumberingPlan(countryOrCallingCode as CountryCode);
  return (reader as unknown as { numberingPlan: NumberingPlan }).numberingPlan;
}

const dialPlans = new Map<string, DialPlan>();

/** How numbers are dialled in a country. */
export function dialPlanOf(country: string): DialPlan {
  const known = dialPlans.get(country) ?? readDialPlan(country);
  dialPlans.set(country, known);
  return known;
}

function readDialPlan(country: string): DialPlan {
  const plan = numberingPlan(country);
  const national = plan.nationalPrefix();
  const countryCode = plan.callingCode();
  const others = otherNationalPrefixes(plan);
  const bareNational = !national || countryCode === '1';
  const known = numbersIn(plan, NUMBER_TYPES);
  return {
    countryCode,
    international: internationalPrefixes(plan.IDDPrefix() ?? '00'),
    ...(national && { national }),
    ...(others.length > 0 && { otherNational: others }),
    lengths: plan.possibleLengths(),
    // Where there is no prefix, and in the NANP, ten digits are a national number.
    ...(bareNational && { bareNational: true }),
    known: tableOf(known),
    ...(!bareNational && { knownBare: tableOf(wholeWithoutPrefix(plan)) }),
  };
}

/**
 * The shortest that a national number is recognised at without the prefix that its country dials
 * before it: extensions and the local numbers of a town are shorter.
 */
const SHORTEST_WITHOUT_PREFIX = 8;

/**
 * Numbers that are one country's whole ones even without its prefix: mobile numbers, and those of
 * the fixed network where all of them are long. In Germany they are not: 301234567 may be a number
 * in Berlin without its area code.
 */
function wholeWithoutPrefix(plan: NumberingPlan): DigitSet | undefined {
  const fixed = plan.type('FIXED_LINE')?.possibleLengths() ?? [];
  const closed = fixed.length > 0 && Math.min(...fixed) >= SHORTEST_WITHOUT_PREFIX;
  const numbers = numbersIn(plan, closed ? ['FIXED_LINE', 'MOBILE'] : ['MOBILE']);
  return atLeast(SHORTEST_WITHOUT_PREFIX, numbers);
}

/** Further prefixes of national numbers: Belarus' 80 and 0 beside 8. None where a pattern takes a whole number. */
function otherNationalPrefixes(plan: NumberingPlan): string[] {
  const pattern = plan.nationalPrefixForParsing() ?? '';
  if (/\((?!\?:)|[{d]/.test(pattern)) return [];
  const prefixes = numbersOf(pattern).filter((prefix) => prefix !== '');
  if (prefixes.length < 2 || prefixes.length > MOST_PREFIXES) return [];
  return prefixes.sort((a, b) => b.length - a.length || a.localeCompare(b));
}

/** The national numbers of these types; a type's own pattern may be wider than the country's. */
function numbersIn(plan: NumberingPlan, types: readonly NumberType[]): DigitSet | undefined {
  const ofTypes = union(
    types.map((type) => {
      const pattern = plan.type(type)?.pattern();
      return pattern ? setOfPattern(pattern) : undefined;
    }),
  );
  return both(setOfPattern(plan.nationalNumberPattern()), ofTypes);
}

const CODES: readonly string[] = [
  ...new Set([
    ...Object.keys(metadata.country_calling_codes),
    ...Object.keys(metadata.nonGeographic),
  ]),
];

/** The plans behind a country calling code, the main country's first. */
function plansOf(callingCode: string): NumberingPlan[] {
  const countries = (metadata.country_calling_codes as Record<string, string[]>)[callingCode];
  return (countries ?? [callingCode]).map(numberingPlan);
}

const numbersOfCode = new Map<string, DigitSet | undefined>();

/** The E.164 numbers of a country calling code, which they begin with. */
function assignedNumbers(callingCode: string): DigitSet | undefined {
  if (!numbersOfCode.has(callingCode)) {
    const national = union(plansOf(callingCode).map((plan) => numbersIn(plan, NUMBER_TYPES)));
    numbersOfCode.set(callingCode, after(callingCode, national));
  }
  return numbersOfCode.get(callingCode);
}

const assigned = new Map<string, DigitSet | undefined>();

const near = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

const codesNear = (allowed: readonly string[]): string[] =>
  CODES.filter((code) => allowed.some((prefix) => near(`+${code}`, prefix)));

/**
 * The E.164 numbers of the countries that numbers beginning with one of these could be of.
 *
 * @param allowed E.164 prefixes with `+`; `+` alone is every number
 */
export function assignedNumbersNear(allowed: readonly string[]): DigitTable {
  const codes = codesNear(allowed);
  const key = codes.join();
  const known = assigned.get(key) ?? union(codes.map(assignedNumbers));
  assigned.set(key, known);
  return tableOf(known);
}

/** The country calling code of an E.164 number with `+`. */
function callingCodeOf(number: string): string | undefined {
  return CODES.find((code) => number.startsWith(code, 1));
}

/**
 * How many digits the numbers of a country calling code have after it, in ascending order; those of
 * the code of an E.164 number with `+`. Undefined where no country has its code.
 */
export function lengthsFor(number: string): { code: string; lengths: number[] } | undefined {
  const code = callingCodeOf(number);
  if (code === undefined) return undefined;
  const lengths = new Set(
    plansOf(code).flatMap((plan) =>
      NUMBER_TYPES.flatMap((type) => {
        const kind = plan.type(type);
        return kind?.pattern() ? (kind.possibleLengths() ?? plan.possibleLengths()) : [];
      }),
    ),
  );
  return { code, lengths: [...lengths].sort((a, b) => a - b) };
}

/** Whether an E.164 number with `+` is one that the metadata know. */
function isAssigned(number: string): boolean {
  const code = callingCodeOf(number);
  return code !== undefined && holds(assignedNumbers(code), number.slice(1));
}

/** An E.164 number in which the trunk prefix stands after the country code, without it. */
export function withoutTrunkPrefix(number: string): string | undefined {
  const code = callingCodeOf(number);
  if (code === undefined || isAssigned(number)) return undefined;
  for (const plan of plansOf(code)) {
    const prefix = plan.nationalPrefix();
    if (!prefix || !number.startsWith(prefix, 1 + code.length)) continue;
    const mended = `+${code}${number.slice(1 + code.length + prefix.length)}`;
    if (isAssigned(mended)) return mended;
  }
  return undefined;
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

/** Kinds of numbers that cost more than others, as `targets.deny` names them. */
export const NUMBER_CLASSES = [
  'premium',
  'shared-cost',
  'personal',
  'satellite',
  'international-networks',
  'nanp-overseas',
] as const;
export type NumberClass = (typeof NUMBER_CLASSES)[number];

const TYPE_OF_CLASS: Partial<Record<NumberClass, NumberType>> = {
  premium: 'PREMIUM_RATE',
  'shared-cost': 'SHARED_COST',
  personal: 'PERSONAL_NUMBER',
};

/** What no type of the metadata tells apart: ITU-T E.164 assigns it, +882 13 and 16 to satellites. */
const RANGES_OF_CLASS: Partial<Record<NumberClass, readonly string[]>> = {
  satellite: ['+870', '+881', '+88213', '+88216'],
  'international-networks': ['+882', '+883', '+888'],
};

/**
 * The ranges of a class that numbers beginning with one of these could fall into.
 *
 * @param allowed E.164 prefixes with `+`; `+` alone is every number
 * @param country ISO 3166 code of the domain's own, which is not overseas
 * @returns E.164 prefixes, each the shortest under which every known number is of the class; where
 *   numbers of another kind differ only in length, they count as of the class too
 */
export function rangesOfClass(
  name: NumberClass,
  allowed: readonly string[],
  country?: string,
): string[] {
  const type = TYPE_OF_CLASS[name];
  const ranges = type
    ? codesNear(allowed).flatMap((code) => rangesOfType(type, code))
    : (RANGES_OF_CLASS[name] ?? overseasOf(country));
  return ranges.filter((range) => allowed.some((prefix) => near(range, prefix))).sort();
}

/** The premium-rate ranges that numbers beginning with one of these could fall into. */
export function premiumPrefixes(allowed: readonly string[]): string[] {
  return rangesOfClass('premium', allowed);
}

const overseas = new Map<string | undefined, readonly string[]>();

/** Area codes of +1 under which the US, Canada and this country have no number. */
function overseasOf(country: string | undefined): readonly string[] {
  const known = overseas.get(country) ?? findOverseas(country);
  overseas.set(country, known);
  return known;
}

function findOverseas(country: string | undefined): string[] {
  const own = ['US', 'CA', ...(country ? [country] : [])];
  const countries = (metadata.country_calling_codes as Record<string, string[]>)['1'] ?? [];
  const numbers = (of: readonly string[]): DigitSet | undefined =>
    union(of.map((one) => numbersIn(numberingPlan(one), NUMBER_TYPES)));
  const here = numbers(own.filter((one) => countries.includes(one)));
  const there = numbers(countries.filter((one) => !own.includes(one)));
  const under = (set: DigitSet | undefined, area: string): DigitSet | undefined =>
    [...area].reduce<DigitSet | undefined>((state, digit) => state?.next[Number(digit)], set);
  return Array.from({ length: 800 }, (_, i) => String(200 + i))
    .filter((area) => under(there, area) && !under(here, area))
    .map((area) => `+1${area}`);
}

const rangesFound = new Map<string, readonly string[]>();

function rangesOfType(type: NumberType, callingCode: string): readonly string[] {
  const known = rangesFound.get(type + callingCode);
  if (known !== undefined) return known;
  const plans = plansOf(callingCode);
  const patterns = (types: readonly NumberType[]) =>
    plans.flatMap((plan) =>
      types.flatMap((each) => {
        const pattern = plan.type(each)?.pattern();
        return pattern ? [digitPattern(pattern)] : [];
      }),
    );
  const own = patterns([type]);
  const others = patterns(NUMBER_TYPES.filter((each) => each !== type));
  const found: string[] = [];
  const visit = (prefix: string, ownStates: States[], otherStates: States[]): void => {
    if (ownStates.every((states) => states.size === 0)) return;
    if (
      otherStates.every((states) => states.size === 0) ||
      own.every((pattern, i) => pattern.isUniform(ownStates[i] as States))
    ) {
      found.push(prefix);
      return;
    }
    for (let digit = 0; digit <= 9; digit++) {
      visit(
        prefix + digit,
        own.map((pattern, i) => pattern.step(ownStates[i] as States, digit)),
        others.map((pattern, i) => pattern.step(otherStates[i] as States, digit)),
      );
    }
  };
  visit(
    `+${callingCode}`,
    own.map(({ start }) => start),
    others.map(({ start }) => start),
  );
  rangesFound.set(type + callingCode, found);
  return found;
}
