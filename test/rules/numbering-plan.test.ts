import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalNumber } from '../../functions/decide/numbers.ts';
import {
  digitPattern,
  numbersOf,
  type States,
} from '../../functions/rules/numbering/digit-pattern.ts';
import {
  COUNTRIES,
  dialPlanOf,
  emergencyNumbersOf,
  premiumPrefixes,
} from '../../functions/rules/numbering/numbering-plan.ts';

describe('how numbers are dialled', () => {
  const dialled: [country: string, dialled: string, number: string][] = [
    ['DE', '+49301234567', '+49301234567'],
    ['DE', '0049301234567', '+49301234567'],
    ['DE', '0301234567', '+49301234567'],
    ['DE', '49301234567', '+49301234567'],
    ['DE', '0012125550123', '+12125550123'],
    ['DE', '1002', '1002'],
    ['US', '0114930123456', '+4930123456'],
    ['US', '12125550123', '+12125550123'],
    ['US', '2125550123', '+12125550123'],
    ['US', '1002', '1002'],
    ['GB', '02079460000', '+442079460000'],
    ['IT', '0669812345', '+390669812345'],
    ['IT', '3912345678', '+393912345678'],
    ['ES', '912345678', '+34912345678'],
    ['HU', '0614123456', '+3614123456'],
    ['RU', '84951234567', '+74951234567'],
    ['RU', '8104930123456', '+4930123456'],
    ['AU', '00114930123456', '+4930123456'],
    ['AU', '0018493012345678', '+493012345678'],
    ['BR', '00154930123456', '+4930123456'],
    ['CN', '004930123456', '+4930123456'],
  ];
  test.each(dialled)('%s: %s is %s', (country, digits, number) => {
    expect(canonicalNumber(digits, dialPlanOf(country))).toBe(number);
  });

  test('is known of every country, with few prefixes', () => {
    for (const country of COUNTRIES) {
      const { countryCode, international, lengths } = dialPlanOf(country);
      expect(countryCode).toMatch(/^[1-9]\d{0,2}$/);
      expect(international.length, country).toBeGreaterThan(0);
      expect(international.length, country).toBeLessThanOrEqual(100);
      expect(lengths.length, country).toBeGreaterThan(0);
    }
  });
});

describe('emergency numbers', () => {
  const numbers: [country: string, numbers: string[]][] = [
    ['DE', ['110', '112']],
    ['US', ['112', '911']],
    ['GB', ['112', '999']],
    ['AU', ['000', '106', '112']],
    ['IN', ['100', '101', '102', '108', '112', '1298', '2611']],
    ['SE', ['112', '90000']],
    ['JP', ['110', '119']],
  ];
  test.each(numbers)('of %s are %j', (country, expected) => {
    expect(emergencyNumbersOf(country)).toEqual(expected);
  });
});

describe('premium-rate ranges', () => {
  const ranges: [allowed: string[], ranges: string[]][] = [
    [['+49'], ['+491377', '+491378', '+491379', '+49900']],
    [['+4930'], []],
    [['+49900'], ['+49900']],
    [['+49900123'], ['+49900']],
    [['+1'], ['+124697', '+134597', '+1900']],
    [['+1900555'], ['+1900']],
    [['+44'], ['+4484', '+4487', '+449']],
    [['+43'], ['+4386', '+4389', '+439']],
    [['+39'], ['+390878', '+3914', '+3916', '+3989']],
    [['+979'], ['+979']],
    [
      ['+49', '+4930', '+41'],
      ['+4190', '+491377', '+491378', '+491379', '+49900'],
    ],
    [[], []],
  ];
  test.each(ranges)('among %j are %j', (allowed, expected) => {
    expect(premiumPrefixes(allowed)).toEqual(expected);
  });

  test('of all countries take a few kilobytes', () => {
    const all = premiumPrefixes(['+']);
    expect(all.length).toBeGreaterThan(150);
    expect(JSON.stringify(all).length).toBeLessThan(5_000);
    // None contains another.
    for (const range of all) {
      expect(all.filter((other) => range.startsWith(other))).toEqual([range]);
    }
  });
});

describe('a digit pattern', () => {
  const run = (source: string, digits: string): [States, ReturnType<typeof digitPattern>] => {
    const pattern = digitPattern(source);
    let states = pattern.start;
    for (const digit of digits) states = pattern.step(states, Number(digit));
    return [states, pattern];
  };

  const part = fc.oneof(
    fc.constantFrom('\\d', '[0-4]', '[13-5]', '0', '7'),
    fc
      .tuple(fc.constantFrom('\\d', '[12]', '9'), fc.constantFrom('{2}', '{1,3}', '?'))
      .map((p) => p.join('')),
  );
  const sequence = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  const source = fc
    .array(
      fc
        .tuple(sequence, sequence, sequence, fc.constantFrom('', '?', '{2}'))
        .map(([a, b, c, quantifier]) => `${a}(?:${b}|${c})${quantifier}`),
      { minLength: 1, maxLength: 3 },
    )
    .map((alternatives) => alternatives.join('|'));
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }).map((d) => d.join(''));

  test('matches what the regular expression matches', () => {
    fc.assert(
      fc.property(source, digits, (source, digits) => {
        const [states, pattern] = run(source, digits);
        expect(pattern.ends(states)).toBe(new RegExp(`^(?:${source})$`).test(digits));
      }),
      { numRuns: 2_000 },
    );
  });

  test('lists its numbers', () => {
    expect(numbersOf('00(?:[56]|1[0-2])|99')).toEqual(['0010', '0011', '0012', '005', '006', '99']);
  });

  test.each(['\\d{3', '(?:1', '[1', '1)', 'a', '(?=1)2', '\\s'])('refuses %s', (source) => {
    expect(() => digitPattern(source)).toThrow(/unknown construct/);
  });
});
