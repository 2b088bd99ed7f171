import { describe, expect, test } from 'vitest';
import { scriptSafeList } from '../../functions/dialects/script-safe.ts';

/** Work that grows with the square of this takes minutes, and the runner's time limit ends it. */
const BLANK = ' '.repeat(1 << 18);

describe('a Diversion of any length that a caller wrote is made safe in linear work', () => {
  test.each([
    ['no brackets, space before a quote', `sip:bob@example.com;x=${BLANK}"$"`, ''],
    ['no brackets, space before a parameter', `sip:bob@example.com${BLANK};x="$"`, ''],
    ['space after a name', `"a $"${BLANK}<sip:bob@example.com>`, '<sip:bob@example.com>'],
    ['space after a name that never ends', `"a $"${BLANK}"`, ''],
    ['quotes', `${'"\\"$'.repeat(1 << 16)}`, ''],
    ['angle brackets', `$${'<'.repeat(1 << 18)}`, ''],
  ])('%s', (_what, value, safe) => {
    expect(scriptSafeList([value])).toBe(safe);
  });
});
