import { expect, test } from 'vitest';
import { emptyPolicy } from '../../functions/decide/call-context.ts';
import type { TargetRefusal } from '../../functions/decide/drop-reason.ts';
import type { TargetPattern } from '../../functions/decide/model.ts';
import { isEmergencyNumber, judgeTarget } from '../../functions/decide/targets.ts';

const allow: TargetPattern[] = [
  { is: 'domain', value: 'example.com' },
  { is: 'prefix', value: '+49' },
  { is: 'prefix', value: '+4990012' },
  { is: 'extension', value: '1xxx' },
  { is: 'identity', value: 'mum@example.net' },
];
const policy = {
  ...emptyPolicy('example.com'),
  allow,
  deny: [{ is: 'prefix', value: '+4915' }] as const,
  premium: ['+49900', '+49137'],
  emergency: ['110'],
  plan: { countryCode: '49', international: ['00'], national: '0', lengths: [8, 9, 10, 11] },
};

// docs/semantics.md#allowed, #premium.
test.each<[identity: string, known: boolean, why: TargetRefusal | undefined]>([
  ['carol@example.com', false, undefined],
  ['carol@example.net', false, 'not-allowed'],
  ['mum@example.net', false, undefined],
  ['+49301234567', false, undefined],
  ['+491512345678', false, 'denied'],
  ['+12125550123', false, 'not-allowed'],
  ['+12125550123', true, undefined],
  ['+49900999999', false, 'premium'],
  ['+49900123456', false, undefined],
  ['1002@example.com', false, undefined],
  ['2002@example.com', false, 'not-allowed'],
  ['2002@example.com', true, undefined],
  ['10023@example.com', false, 'not-allowed'],
  ['0301234567@example.com', false, 'not-allowed'],
  ['112@example.com', true, 'emergency'],
  ['110@example.com', true, 'emergency'],
  ['+49110', false, 'emergency'],
  ['911@example.com', true, 'emergency'],
])('%s, a subscriber: %s → %s', (identity, known, why) => {
  expect(judgeTarget(policy, identity, known)).toBe(why);
});

test('own subscribers are targets only where the domain is', () => {
  const narrow = { ...policy, allow: [{ is: 'prefix', value: '+49' }] as const };
  expect(judgeTarget(narrow, '1002@example.com', true)).toBe('not-allowed');
});

test.each([
  ['112', true],
  ['911', true],
  ['110', true],
  ['+49112', true],
  ['1120', false],
  ['+49301120', false],
])('%s is an emergency number: %s', (key, emergency) => {
  expect(isEmergencyNumber(key, policy)).toBe(emergency);
});

/** docs/semantics.md#premium: only an entry inside the range admits its numbers. */
test.each<[allow: TargetPattern, number: string, admits: boolean]>([
  [{ is: 'prefix', value: '+49900123' }, '+49900123456', true],
  [{ is: 'prefix', value: '+49900' }, '+49900123456', true],
  [{ is: 'prefix', value: '+4990' }, '+49900123456', false],
  [{ is: 'prefix', value: '+49900124' }, '+49900123456', false],
  [{ is: 'identity', value: '+49900123456' }, '+49900123456', true],
  [{ is: 'identity', value: '+49900123457' }, '+49900123456', false],
  [{ is: 'domain', value: 'example.com' }, '+49900123456', false],
  [{ is: 'class', name: 'all', prefixes: ['+49900123'] } as never, '+49900123456', false],
])('premium, allowed by %j: %s %s', (entry, number, admits) => {
  const country: TargetPattern = { is: 'prefix', value: '+49' };
  const why = judgeTarget({ ...policy, allow: [country, entry] }, number);
  expect(why === undefined).toBe(admits);
});

/** ITU-T E.164 §6: at most 15 digits, where a policy has no patterns to tell. */
test.each([
  ['+4930123', false],
  ['+49301234', true],
  ['+493012345678901', true],
  ['+4930123456789012', false],
])('%s can be a number: %s', (number, is) => {
  expect(judgeTarget(policy, number) === undefined).toBe(is);
});

/** docs/semantics.md#allowed: a class of numbers is the prefixes that the country's metadata give it. */
test.each([
  ['+491371234567', false],
  ['+493071371', true],
])('%s, where shared-cost numbers are denied, may be a target: %s', (number, may) => {
  const deny = [{ is: 'class', name: 'shared-cost', prefixes: ['+49137'] }] as never;
  expect(judgeTarget({ ...policy, premium: [], deny }, number) === undefined).toBe(may);
});
