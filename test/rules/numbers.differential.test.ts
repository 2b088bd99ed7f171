import fc from 'fast-check';
import googleLibphonenumber from 'google-libphonenumber';
import { describe, expect, test } from 'vitest';
import { holdsDigits } from '../../functions/decide/digit-table.ts';
import { canonicalNumber } from '../../functions/decide/numbers.ts';
import {
  assignedNumbersNear,
  COUNTRIES,
  dialPlanOf,
} from '../../functions/rules/numbering/numbering-plan.ts';

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

// A type's own pattern is wider than its country's in places: +4949600000 is of a type, and no number.
test('a number of a country is what the library calls valid', () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 14 });
  const codes = ['49', '44', '33', '39', '1', '7', '55', '91', '375', '881'];
  fc.assert(
    fc.property(fc.constantFrom(...codes), digits, (code, rest) => {
      const number = `+${code}${rest.join('')}`;
      const { valid } = judged(number);
      expect([number, holdsDigits(assignedNumbersNear([`+${code}`]), number, 1)]).toEqual([
        number,
        valid,
      ]);
    }),
    { numRuns: 5_000, examples: [['49', [...'49600000'].map(Number)]] },
  );
});

function judged(number: string): { valid: boolean } {
  try {
    const read = phones.parse(number);
    // It reads +49030… as +4930….
    return { valid: phones.isValidNumber(read) && phones.format(read, E164) === number };
  } catch {
    return { valid: false };
  }
}
