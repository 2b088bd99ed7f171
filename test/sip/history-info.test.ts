import { describe, expect, test } from 'vitest';
import { SipSyntaxError } from '../../functions/sip/error.ts';
import {
  diversionCause,
  parseHistoryInfo,
  printHistoryEntry,
} from '../../functions/sip/history-info.ts';
import { parseUri, printUri } from '../../functions/sip/uri.ts';

describe('a History-Info value is read', () => {
  const entry = { privacy: false };
  test.each<[source: string, value: string, uri: string, expected: object]>([
    ['RFC 7044 §5', '<sip:bob@example.com>;index=1', 'sip:bob@example.com', { index: '1' }],
    [
      'RFC 7044 §5',
      '<sip:bob@192.0.2.4>;index=1.1;rc=1',
      'sip:bob@192.0.2.4',
      { index: '1.1', mapped: { kind: 'rc', from: '1' } },
    ],
    [
      'RFC 7044 §5',
      '<sip:carol@example.com;cause=408>;index=1.2.1;mp=1.2',
      'sip:carol@example.com;cause=408',
      { index: '1.2.1', cause: 408, mapped: { kind: 'mp', from: '1.2' } },
    ],
    [
      'RFC 7044 §5',
      '<sip:x@example.com>;index=1.1;np=1',
      'sip:x@example.com',
      { index: '1.1', mapped: { kind: 'np', from: '1' } },
    ],
    [
      'RFC 7044 §10.2: Reason is not cause',
      '<sip:bob@example.com?Reason=SIP%3Bcause%3D486%3Btext%3D%22Busy%20Here%22>;index=1',
      'sip:bob@example.com?Reason=SIP%3Bcause%3D486%3Btext%3D%22Busy%20Here%22',
      { index: '1', reason: 'SIP;cause=486;text="Busy Here"' },
    ],
    [
      'RFC 7044 §10.1',
      '<sip:bob@example.com?Privacy=history>;index=1',
      'sip:bob@example.com?Privacy=history',
      { index: '1', privacy: true },
    ],
    [
      'RFC 7044 §10.1 with others',
      '<sip:bob@example.com?reason=Q.850%3bcause%3d17&PRIVACY=id%3BHistory>;index=1',
      'sip:bob@example.com?reason=Q.850%3bcause%3d17&PRIVACY=id%3BHistory',
      { index: '1', privacy: true, reason: 'Q.850;cause=17' },
    ],
    [
      'RFC 3323: none',
      '<sip:bob@example.com?Privacy=none>;index=1',
      'sip:bob@example.com?Privacy=none',
      { index: '1' },
    ],
    [
      'not the token',
      '<sip:bob@example.com?Privacy=prehistory>;index=1',
      'sip:bob@example.com?Privacy=prehistory',
      { index: '1' },
    ],
    [
      'RFC 4244 §4.5, display name',
      '"Bob, B" <sip:bob@example.com>; index=1 ;foo="b,r"',
      'sip:bob@example.com',
      { index: '1' },
    ],
    [
      'RFC 4458',
      '<sip:vm@example.com;target=bob%40example.com;cause=302>;index=1.1',
      'sip:vm@example.com;target=bob%40example.com;cause=302',
      { index: '1.1', cause: 302 },
    ],
    [
      'RFC 4458: no code',
      '<sip:vm@example.com;cause=busy>;index=1',
      'sip:vm@example.com;cause=busy',
      { index: '1' },
    ],
    [
      'two Reasons',
      '<sip:b@h?Reason=SIP%3Bcause%3D486&Reason=Q.850%3Bcause%3D17>;index=1',
      'sip:b@h?Reason=SIP%3Bcause%3D486&Reason=Q.850%3Bcause%3D17',
      { index: '1', reason: 'SIP;cause=486, Q.850;cause=17' },
    ],
    [
      'an escaped line break stays out of the reason',
      '<sip:b@h?Reason=SIP%0D%0AEvil>;index=1',
      'sip:b@h?Reason=SIP%0D%0AEvil',
      { index: '1', reason: 'SIP  Evil' },
    ],
    ['tel', '<tel:+4930;cause=302>;index=1.1', 'tel:+4930;cause=302', { index: '1.1', cause: 302 }],
    ['urn', '<urn:service:sos>;index=1', 'urn:service:sos', { index: '1' }],
    ['without <>', 'sip:bob@example.com;index=1', 'sip:bob@example.com', { index: '1' }],
    ['mapped from nothing', '<sip:b@h>;index=1;mp', 'sip:b@h', { index: '1' }],
  ])('%s: %s', (_source, value, uri, expected) => {
    const { entries, unreadable } = parseHistoryInfo([value]);
    expect(unreadable).toEqual([]);
    expect(entries.map((found) => printUri(found.uri))).toEqual([uri]);
    expect(entries).toEqual([{ ...entry, ...expected, uri: entries[0]?.uri, raw: value }]);
  });

  test.each([
    [
      'quotes',
      '<sip:a@h?Reason=SIP;text="CDIV">;index=1',
      '<sip:a@h?Reason=SIP;text=%22CDIV%22>;index=1',
    ],
    [
      'typographic quotes',
      '<sip:a@h?Reason=SIP;text=”x”>;index=1',
      '<sip:a@h?Reason=SIP;text=%E2%80%9Dx%E2%80%9D>;index=1',
    ],
    ['a number sign', '<sip:*72#@h>;index=1', '<sip:*72%23@h>;index=1'],
    ['no name', '"a <b" < sip:a@h >;index=1', '"a <b" <sip:a@h>;index=1'],
  ])('RFC 3261 §25.1: what goes on is escaped: %s', (_, value, raw) => {
    expect(parseHistoryInfo([value])).toMatchObject({ entries: [{ raw }], elements: [raw] });
  });

  test.each([
    ['404', 404],
    ['380', undefined],
    ['200', undefined],
    ['0302', undefined],
  ])('RFC 4458 §2, RFC 8119: cause=%s', (cause, read) => {
    expect(diversionCause(parseUri(`sip:a@h;cause=${cause}`))).toBe(read);
  });

  test("RFC 4244 §4.5: a Reason left unescaped as in the RFC's examples", () => {
    const value =
      '<sip:UserA@ims.example.com?Reason=SIP;cause=302;text="Moved Temporarily">;index=1, <sip:UserB@example.com>;index=2';
    const { entries, unreadable } = parseHistoryInfo([value]);
    expect(unreadable).toEqual([]);
    expect(entries.map(({ index, reason }) => [index, reason])).toEqual([
      ['1', 'SIP;cause=302;text="Moved Temporarily"'],
      ['2', undefined],
    ]);
    expect(entries.map(({ raw }) => raw).join(', ')).toBe(
      value.replace('"Moved Temporarily"', '%22Moved%20Temporarily%22'),
    );
  });
});

test('order is kept over values; what can not be read does not hide the others', () => {
  const { entries, unreadable } = parseHistoryInfo([
    '<sip:a@h>;index=1,<sip:b@h;cause=486>;index=1.1;mp=1',
    '<sip:no-index@h>',
    '<sip:bad-index@h>;index=1..2',
    'nonsense\r\nEvil: 1',
    '<sip:c@h;cause=408>;index=1.1.1;mp=1.1',
  ]);
  expect(entries.map(({ index }) => index)).toEqual(['1', '1.1', '1.1.1']);
  expect(unreadable).toEqual([
    '<sip:no-index@h>',
    '<sip:bad-index@h>;index=1..2',
    'nonsense Evil: 1',
  ]);
});

describe('a History-Info value is written', () => {
  test.each<[Parameters<typeof printHistoryEntry>[0], string]>([
    [{ uri: 'sip:bob@example.com', index: '1' }, '<sip:bob@example.com>;index=1'],
    [
      {
        uri: 'sip:bob@example.com',
        index: '1',
        reason: 'SIP;cause=486;text="Busy Here"',
        privacy: true,
      },
      '<sip:bob@example.com?Reason=SIP%3Bcause%3D486%3Btext%3D%22Busy%20Here%22&Privacy=history>;index=1',
    ],
    [
      { uri: 'sip:carol@example.com;cause=486', index: '1.1', mapped: { kind: 'mp', from: '1' } },
      '<sip:carol@example.com;cause=486>;index=1.1;mp=1',
    ],
    [
      { uri: 'sip:b@h?Subject=x', index: '1', privacy: true },
      '<sip:b@h?Subject=x&Privacy=history>;index=1',
    ],
    [{ uri: 'sip:what?@h', index: '1', privacy: true }, '<sip:what?@h?Privacy=history>;index=1'],
    [{ uri: 'sip:b@h', index: '1', privacy: false }, '<sip:b@h>;index=1'],
  ])('%j', (entry, text) => {
    expect(printHistoryEntry(entry)).toBe(text);
    expect(parseHistoryInfo([text]).unreadable).toEqual([]);
  });

  test.each([
    { uri: 'sip:b@h>', index: '1' },
    { uri: 'sip:b@h\r\n', index: '1' },
    { uri: 'sip:b@h', index: '1\r\nEvil: 1' },
    { uri: 'sip:b@h', index: '' },
    { uri: 'sip:b@h', index: '1', mapped: { kind: 'mp' as const, from: 'x' } },
  ])('never what breaks the header: %j', (entry) => {
    expect(() => printHistoryEntry(entry)).toThrow(SipSyntaxError);
  });
});
