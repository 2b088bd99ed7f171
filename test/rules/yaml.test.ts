import { describe, expect, test } from 'vitest';
import { decodeText } from '../../functions/rules/source/decode.ts';
import type { Problem } from '../../functions/rules/source/fault.ts';
import { parseFile } from '../../functions/rules/source/source-file.ts';
import { problemsOf } from './load.ts';

function read(text: string): { value: unknown; problems: Problem[] } {
  const problems: Problem[] = [];
  return { value: parseFile({ name: 'a.yaml', text }, problems), problems };
}

describe('what YAML takes for a number counts as it is written (YAML 1.2 §10.3.2)', () => {
  const values: [written: string, value: unknown][] = [
    ['20', 20],
    ['-5', -5],
    ['0.25', 0.25],
    ['0.50', '0.50'],
    ['+49301234567', '+49301234567'],
    ['0049301234567', '0049301234567'],
    ['+41.449998877', '+41.449998877'],
    ['0004f2e98765', '0004f2e98765'],
    ['7e2', '7e2'],
    ['0xBEEF', '0xBEEF'],
    ['0o777', '0o777'],
    ['.75', '.75'],
    ['3.0', '3.0'],
    ['.inf', '.inf'],
    ['99999999999999999999', '99999999999999999999'],
    ['"7e2"', '7e2'],
    ['true', true],
    ['~', null],
  ];
  test.each(values)('%s', (written, value) => {
    expect(read(`a: ${written}`)).toEqual({ value: { a: value }, problems: [] });
    expect(read(`a: [${written}]`).value).toEqual({ a: [value] });
  });

  test.each([
    '9e9',
    '0x10',
    '2.0',
    '.5',
    'false',
    'null',
    '~',
    '1_000',
    '0004f2e98765',
    '2027-01-01',
  ])('the key %s', (key) =>
    expect(read(`${key}: x`)).toEqual({ value: { [key]: 'x' }, problems: [] }),
  );

  test('q may be written as 1.0', () => {
    expect(read('[{ to: a, q: 1.0 }, { to: b, q: 0.50 }]').value).toEqual([
      { to: 'a', q: 1 },
      { to: 'b', q: 0.5 },
    ]);
  });
});

describe('anchors and merges', () => {
  test('an anchor is used any number of times', () => {
    const users = Array.from({ length: 2_000 }, (_, n) => `  u${n}: { rules: *std }`).join('\n');
    const { value, problems } = read(
      `x: &std [{ when: busy, reject: 486 }]\nsubscribers:\n${users}`,
    );
    expect(problems).toEqual([]);
    expect((value as { subscribers: object }).subscribers).toHaveProperty(
      'u1999.rules.0.reject',
      486,
    );
  });

  test('<< takes over what is not there', () => {
    const { value } = read('a: &a { when: busy, after: 10 }\nb: { <<: *a, after: 20 }');
    expect(value).toHaveProperty('b', { when: 'busy', after: 20 });
  });

  test('a mistake in what is merged in is told where it stands', () => {
    const text = `domain: example.com
subscribers:
  ann:
    rules:
      - &busy
        when: bussy
        reject: 486
  bo:
    rules:
      - { <<: *busy, name: mine }`;
    const unknown = "unknown trigger 'bussy', did you mean 'busy'?";
    expect(problemsOf(text)).toEqual([
      `rules.yaml:6:15: ${unknown}`,
      `rules.yaml:6:15: ${unknown}`,
    ]);
  });

  test.each([
    [
      'multiply',
      [
        '&a [x]',
        ...'abcdefg'.split('').map((n, i) => `&${'bcdefgh'[i]} [${Array(9).fill(`*${n}`)}]`),
      ]
        .map((v, i) => `k${i}: ${v}`)
        .join('\n'),
    ],
    ['hold themselves', 'a: &a { b: [*a] }'],
  ])('those that %s are refused', (_, text) => {
    const { value, problems } = read(text);
    expect(value).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('the bytes of a file', () => {
  const cases: [what: string, bytes: number[] | string, text: string | RegExp][] = [
    ['UTF-8', 'jürgen: {}', 'jürgen: {}'],
    ['a byte order mark is passed over', '\uFEFFa: 1', 'a: 1'],
    [
      'Latin-1 is refused',
      [...Buffer.from('a: 1\nb: J\xfcrgen\n', 'latin1')],
      /^line 2 is not UTF-8/,
    ],
    ['UTF-16 is refused', [...Buffer.from('\uFEFFa: 1', 'utf16le')], /^is UTF-16/],
  ];
  test.each(cases)('%s', (_, bytes, text) => {
    const given = typeof bytes === 'string' ? Buffer.from(bytes) : Uint8Array.from(bytes);
    if (typeof text === 'string') expect(decodeText(given)).toBe(text);
    else expect(() => decodeText(given)).toThrow(text);
  });
});
