import { beforeAll, describe, expect, test } from 'vitest';
import { buildIfStale } from '../../infra/build/bundle.ts';
import { bundledPackages, isAccepted } from '../../infra/build/licences.ts';

beforeAll(() => buildIfStale());

describe('licences of what is in the bundles', () => {
  test('every one is known and asks for no more than its notice', () => {
    const packages = bundledPackages();
    expect(packages.map(({ name }) => name)).toContain('@aws-sdk/client-dynamodb');
    expect(packages.filter(({ licence }) => !isAccepted(licence))).toEqual([]);
  });

  test.each([
    ['MIT', true],
    ['(MIT AND Apache-2.0)', true],
    ['GPL-3.0-or-later', false],
    ['(MIT OR AGPL-3.0-only)', false],
    ['SEE LICENSE IN LICENSE.txt', false],
    ['unknown', false],
    ['', false],
  ])('%s: accepted %s', (licence, accepted) => {
    expect(isAccepted(licence)).toBe(accepted);
  });
});
