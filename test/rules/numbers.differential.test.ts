import googleLibphonenumber from 'google-libphonenumber';
import { describe, expect, test } from 'vitest';
import { canonicalNumber } from '../../functions/decide/numbers.ts';
import { COUNTRIES, dialPlanOf } from '../../functions/rules/numbering/numbering-plan.ts';

const phones = googleLibphonenumber.PhoneNumberUtil.getInstance();
const { FIXED_LINE, MOBILE } = googleLibphonenumber.PhoneNumberType;
const { E164, NATIONAL } = googleLibphonenumber.PhoneNumberFormat;

/** The library's own examples of each country: E.164 and what is dialled inside it. */
const EXAMPLES = COUNTRIES.flatMap((country) =>
  [FIXED_LINE, MOBILE].flatMap((type) => {
    const example = phones.getExampleNumberForType(country as never, type);
    if (!example) return [];
    const inside = phones.format(example, NATIONAL).replace(/\D/g, '');
    return [{ country, number: phones.format(example, E164), inside }];
  }),
);

/**
 * Where both readings fit it is national: numbers of Kosovo may begin with its code. Those of four
 * islands are shorter than any extension that is told from a number.
 */
const AMBIGUOUS = ['XK', 'NU', 'TA', 'TK'];
/** Digits that are no more than this stay extensions without `+` or a prefix (docs/semantics.md). */
const EXTENSION = 7;
/** A mobile number is dialled with 15 behind the area code inside Argentina, and with 9 before it from abroad. */
const OTHERWISE_INSIDE = ['AR'];

describe('numbers of every country are recognised however they are dialled', () => {
  test('all of them are here', () => {
    expect(EXAMPLES.length).toBeGreaterThan(450);
  });

  test.each(EXAMPLES)('$country: $number', ({ country, number, inside }) => {
    const plan = dialPlanOf(country);
    const digits = number.slice(1);
    expect(canonicalNumber(number, plan)).toBe(number);
    if (AMBIGUOUS.includes(country)) return;
    expect(canonicalNumber(digits, plan)).toBe(number);
    expect(canonicalNumber(`${plan.international[0]}${digits}`, plan)).toBe(number);
    if (inside.length > EXTENSION && !OTHERWISE_INSIDE.includes(country)) {
      expect(canonicalNumber(inside, plan)).toBe(number);
    }
  });
});
