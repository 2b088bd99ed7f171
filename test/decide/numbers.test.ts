import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DialPlan } from '../../functions/decide/model.ts';
import { canonicalNumber, keyOf } from '../../functions/decide/numbers.ts';

const germany: DialPlan = {
  countryCode: '49',
  international: ['00'],
  national: '0',
  lengths: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
};
const nanp: DialPlan = {
  countryCode: '1',
  international: ['011'],
  national: '1',
  lengths: [10],
  bareNational: true,
};
const italy: DialPlan = {
  countryCode: '39',
  international: ['00'],
  lengths: [6, 7, 8, 9, 10, 11],
  bareNational: true,
};

// docs/semantics.md#numbers: 0049…, 030… and 4930… are one number.
test.each<[dialled: string, plan: DialPlan | undefined, canonical: string]>([
  ['+49301234567', germany, '+49301234567'],
  ['0049301234567', germany, '+49301234567'],
  ['0301234567', germany, '+49301234567'],
  ['49301234567', germany, '+49301234567'],
  ['030-123.45(67)', germany, '+49301234567'],
  ['+49-30-1234567', undefined, '+49301234567'],
  ['0012125550123', germany, '+12125550123'],
  ['0049110', germany, '0049110'],
  ['1002', germany, '1002'],
  // Eight digits with the country's code are a number, seven an extension.
  ['49301234', germany, '+49301234'],
  ['4930123', germany, '4930123'],
  ['49123', germany, '49123'],
  ['110', germany, '110'],
  ['0110', germany, '0110'],
  ['*72', germany, '*72'],
  ['*72#0301234567', germany, '*72#0301234567'],
  ['2125550123', nanp, '+12125550123'],
  ['12125550123', nanp, '+12125550123'],
  ['01149301234567', nanp, '+49301234567'],
  ['5550123', nanp, '5550123'],
  // An Italian mobile number that begins like the country code is a national number.
  ['3912345678', italy, '+393912345678'],
  ['393912345678', italy, '+393912345678'],
  ['49301234567', undefined, '+49301234567'],
  ['0049301234567', undefined, '+49301234567'],
  ['0301234567', undefined, '0301234567'],
  ['1234567', undefined, '1234567'],
  // ITU-T E.164: at most 15 digits
  ['1234567890123456', undefined, '1234567890123456'],
])('%s is %s', (dialled, plan, canonical) => {
  expect(canonicalNumber(dialled, plan)).toBe(canonical);
});

// RFC 3261 §19.1.4 with the project's deviation: names compare without case after unescaping.
test.each([
  ['Bob', 'bob'],
  ['%62ob', 'bob'],
  ['%2B49301234567', '+49301234567'],
  ['+49301234567;ext=5', '+49301234567'],
  ['+1-212-555-0123;phone-context=example.com', '+12125550123'],
  ['bob;day=tuesday', 'bob'],
  ['bob%3Bday', 'bob;day'],
  ['%EF%BD%82ob', 'bob'],
  ['%EF%BC%90%EF%BC%93%EF%BC%90', '030'],
])('user part %s has the key %s', (user, key) => {
  expect(keyOf(user, undefined)).toBe(key);
});

test('a canonical number is its own canonical spelling', () => {
  const dialled = fc.stringMatching(/^[+*#]?[0-9().-]{1,18}$/);
  fc.assert(
    fc.property(dialled, fc.constantFrom(germany, nanp, italy, undefined), (number, plan) => {
      const once = canonicalNumber(number, plan);
      expect(canonicalNumber(once, plan)).toBe(once);
    }),
    { numRuns: 5000 },
  );
});
