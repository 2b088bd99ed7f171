import { describe, expect, test } from 'vitest';
import { parseDiversions, printDiversion } from '../../functions/sip/diversion.ts';
import { SipSyntaxError } from '../../functions/sip/error.ts';
import { parseUri } from '../../functions/sip/uri.ts';

describe('a Diversion value is read (RFC 5806)', () => {
  const bob = { uri: parseUri('sip:bob@example.com'), reason: 'unknown', counter: 1 };
  test.each<[source: string, value: string, expected: object]>([
    [
      '§4',
      '<sip:bob@example.com>;reason=user-busy;counter=1;limit=3;privacy=off;screen=yes',
      { ...bob, reason: 'user-busy', limit: 3, privacy: 'off', screen: 'yes' },
    ],
    ['§4: all defaults', '<sip:bob@example.com>', bob],
    [
      '§4: counter of several',
      '<sip:bob@example.com>;reason=no-answer;counter=12',
      { ...bob, reason: 'no-answer', counter: 12 },
    ],
    [
      '§4: quoted reason',
      '"Bob" <sip:bob@example.com>;reason="No-Answer"',
      { ...bob, display: 'Bob', reason: 'no-answer' },
    ],
    [
      '§4: extensions',
      '<sip:bob@example.com>;reason=follow-me;x-cause="4, 5";foo',
      { ...bob, reason: 'follow-me' },
    ],
    [
      '§4: names and values in any case, spaces',
      '<sip:bob@example.com> ; Reason = TIME-OF-DAY ;\r\n Privacy = "Full"',
      { ...bob, reason: 'time-of-day', privacy: 'full' },
    ],
    [
      'RFC 3966',
      '<tel:+4930123>;reason=unconditional',
      { ...bob, uri: parseUri('tel:+4930123'), reason: 'unconditional' },
    ],
    [
      '§10 of the privacy hidden',
      '<sip:anonymous@anonymous.invalid>;reason=deflection;privacy=full',
      {
        ...bob,
        uri: parseUri('sip:anonymous@anonymous.invalid'),
        reason: 'deflection',
        privacy: 'full',
      },
    ],
    [
      'RFC 5806 §4: without <>, as sprout writes it',
      'sip:bob@example.com;reason=unconditional;counter=2',
      { ...bob, reason: 'unconditional', counter: 2 },
    ],
    ['an entry stands for one diversion at least', '<sip:bob@example.com>;counter=0', bob],
    ['counter is no number', '<sip:bob@example.com>;counter=-5;limit=x', bob],
    ['counter is no number', '<sip:bob@example.com>;counter', bob],
    [
      '§4: two digits are the most',
      `<sip:bob@example.com>;counter=${'9'.repeat(400)}`,
      { ...bob, counter: 99 },
    ],
    ['reason left empty', '<sip:bob@example.com>;reason=;privacy=""', bob],
  ])('%s: %s', (_source, value, expected) => {
    const { entries, unreadable } = parseDiversions([value]);
    expect(unreadable).toEqual([]);
    expect(entries).toEqual([{ ...expected, raw: value.replaceAll('\r\n', ' ') }]);
  });
});

test('RFC 5806 §5: all entries are kept, topmost first, over values and commas (FreeSWITCH #2056)', () => {
  const values = [
    '<sip:d@example.com>;reason=user-busy, "C, c" <sip:c@example.com>;reason=no-answer;counter=3',
    'sip:b@example.com;reason=deflection',
  ];
  const { entries } = parseDiversions(values);
  expect(entries.map(({ raw }) => raw)).toEqual([
    '<sip:d@example.com>;reason=user-busy',
    '"C, c" <sip:c@example.com>;reason=no-answer;counter=3',
    'sip:b@example.com;reason=deflection',
  ]);
  expect(entries.map(({ counter }) => counter)).toEqual([1, 3, 1]);
});

test('what can not be read does not hide the others and holds no line break', () => {
  const { entries, unreadable } = parseDiversions([
    'nonsense, <sip:b@example.com>;reason=away',
    '<sip:c@example.com>;reason=x\r\nEvil: 1',
    '<mailto:x@example.com>',
  ]);
  expect(entries.map(({ reason }) => reason)).toEqual(['away']);
  expect(unreadable).toEqual([
    'nonsense',
    '<sip:c@example.com>;reason=x Evil: 1',
    '<mailto:x@example.com>',
  ]);
});

test('only the first hundred elements are read, the others are handed on', () => {
  const { entries, unreadable } = parseDiversions([`x${',<sip:b@h>'.repeat(120)}`]);
  expect(entries).toHaveLength(99);
  expect(unreadable).toEqual(['x', ...Array(21).fill('<sip:b@h>')]);
});

describe('a Diversion value is written', () => {
  test.each([
    [
      { uri: 'sip:bob@example.com', reason: 'user-busy', counter: 1 },
      '<sip:bob@example.com>;reason=user-busy;counter=1',
    ],
    [
      { uri: 'sip:anonymous@anonymous.invalid', reason: 'no-answer', privacy: 'full' },
      '<sip:anonymous@anonymous.invalid>;reason=no-answer;privacy=full',
    ],
    [
      { uri: 'tel:+4930', reason: 'away', counter: 2, limit: 5, privacy: 'off', screen: 'no' },
      '<tel:+4930>;reason=away;counter=2;limit=5;privacy=off;screen=no',
    ],
    [
      { uri: 'sip:bob@example.com', reason: 'out to "lunch"\r\n' },
      '<sip:bob@example.com>;reason="out to \\"lunch\\"  "',
    ],
  ])('%j', (diversion, text) => {
    expect(printDiversion(diversion)).toBe(text);
  });

  test.each(['sip:b@h>;x=<y', 'sip:b@h\r\nEvil: 1', 'sip:b @h', 'sip:"b"@h', 'sip:ü@h'])(
    'never with a URI that breaks the header: %j',
    (uri) => {
      expect(() => printDiversion({ uri, reason: 'away' })).toThrow(SipSyntaxError);
    },
  );
});
