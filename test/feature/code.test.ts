import { describe, expect, test } from 'vitest';
import { type FeatureRequest, readCode } from '../../functions/feature/code.ts';
import { NANP_CODES } from '../../functions/rules/feature-codes.ts';

const BOTH = { codes: NANP_CODES, mmi: true } as const;
const all = ['always', 'busy', 'no-answer', 'unreachable'] as const;
const conditional = ['busy', 'no-answer', 'unreachable'] as const;
const set = (features: readonly string[], number: string | undefined, after?: number) =>
  ({ does: 'set', features, number, ...(after !== undefined && { after }) }) as FeatureRequest;
const plain = (does: string, features: readonly string[]) => ({ does, features }) as FeatureRequest;

describe('3GPP TS 22.030 §6.5.2: what is dialled for call forwarding', () => {
  test.each<[dialled: string, wish: FeatureRequest | undefined]>([
    // Registration, and activation with a number: both store and switch on.
    ['**21*0301234567#', set(['always'], '0301234567')],
    ['*21*+49301234567#', set(['always'], '+49301234567')],
    ['**67*1003#', set(['busy'], '1003')],
    ['**62*1003', set(['unreachable'], '1003')], // The final # may be missing.
    ['**61*1003#', set(['no-answer'], '1003')],
    ['**61*1003**20#', set(['no-answer'], '1003', 20)],
    ['**61*1003*11*25#', set(['no-answer'], '1003', 25)],
    ['**61*1003*11#', set(['no-answer'], '1003')],
    ['**004*1003**30#', set(conditional, '1003', 30)],
    ['**002*1003#', set(all, '1003')],
    // T is of no answer only: then the whole is no code.
    ['**21*1003**20#', undefined],
    ['*21#', plain('resume', ['always'])],
    ['#67#', plain('stop', ['busy'])],
    ['##61#', plain('forget', ['no-answer'])],
    ['*#62#', plain('ask', ['unreachable'])],
    ['##002#', plain('forget', all)],
    ['*#004', plain('ask', conditional)],
    // The whole string must match.
    ['**21#', undefined],
    ['*21*#', undefined],
    ['*21*12*11*20*1#', undefined],
    ['#21*1003#', undefined],
    ['*2112345', undefined],
    ['*22*1003#', undefined],
    ['**21*10a3#', undefined],
    ['x**21*1003#', undefined],
    ['**21*1003##', undefined],
  ])('%s', (dialled, wish) => {
    expect(readCode(dialled, BOTH)).toEqual(wish);
    expect(readCode(dialled, { codes: NANP_CODES })).toBeUndefined();
  });
});

describe('the codes of North American PBXs', () => {
  test.each<[dialled: string, wish: FeatureRequest | undefined]>([
    ['*722125551234', set(['always'], '2125551234')],
    ['*722125551234#', set(['always'], '2125551234')],
    ['*72', plain('resume', ['always'])],
    ['*73', plain('stop', ['always'])],
    ['*90#', plain('resume', ['busy'])],
    ['*52carol', set(['no-answer'], undefined)],
    ['*78', { does: 'dnd', on: true }],
    ['*79#', { does: 'dnd', on: false }],
    ['*781', undefined],
    ['*731', undefined],
    ['72', undefined],
    ['', undefined],
  ])('%s', (dialled, wish) => {
    expect(readCode(dialled, BOTH)).toEqual(wish);
  });
});
