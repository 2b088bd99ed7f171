import { describe, expect, test } from 'vitest';
import { headerValues, tokens } from '../../functions/sip/headers.ts';

describe('header values are found', () => {
  const headers = {
    diversion: '<sip:a@h>',
    DIVERSION: ['<sip:b@h>', '<sip:c@h>'],
    k: 'timer',
    Supported: 'histinfo',
    'Diversion-X': 'no',
  };
  test.each<[why: string, name: string, compact: string | undefined, values: string[]]>([
    [
      'any case, arrays flat, in order (RFC 3261 §7.3.1)',
      'Diversion',
      undefined,
      ['<sip:a@h>', '<sip:b@h>', '<sip:c@h>'],
    ],
    ['compact form (RFC 3261 §7.3.3)', 'Supported', 'K', ['timer', 'histinfo']],
    ['no compact form asked for', 'Supported', undefined, ['histinfo']],
    ['none', 'Privacy', undefined, []],
  ])('%s', (_why, name, compact, values) => {
    expect(headerValues(headers, name, compact)).toEqual(values);
  });

  test('no headers at all', () => {
    expect(headerValues(undefined, 'Diversion')).toEqual([]);
  });
});

describe('tokens of list headers', () => {
  test.each<[source: string, values: string[], separators: string | undefined, found: string[]]>([
    ['RFC 3261 §20.37', ['100rel, HistInfo', 'timer'], undefined, ['100rel', 'histinfo', 'timer']],
    ['RFC 3323 §4.2', ['id;history ; critical'], undefined, ['id', 'history', 'critical']],
    ['empty ones', [' ,;, ', ''], undefined, []],
    ['only at the separators given', ['a;b, c'], ',', ['a;b', 'c']],
  ])('%s', (_source, values, separators, found) => {
    expect([...tokens(values, separators)]).toEqual(found);
  });
});
