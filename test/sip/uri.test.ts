import { describe, expect, test } from 'vitest';
import { SipSyntaxError } from '../../functions/sip/error.ts';
import { param, parseUri, printUri } from '../../functions/sip/uri.ts';

describe('SIP and SIPS URIs are read', () => {
  test.each<[source: string, text: string, expected: object, printed?: string]>([
    ['RFC 3261 §19.1.3', 'sip:alice@atlanta.com', { user: 'alice', host: 'atlanta.com' }],
    [
      'RFC 3261 §19.1.3',
      'sip:alice:secretword@atlanta.com;transport=tcp',
      { user: 'alice', password: 'secretword', params: [['transport', 'tcp']] },
    ],
    [
      'RFC 3261 §19.1.3',
      'sips:alice@atlanta.com?subject=project%20x&priority=urgent',
      { scheme: 'sips', headers: 'subject=project%20x&priority=urgent' },
    ],
    [
      'RFC 3261 §19.1.3',
      'sip:+1-212-555-1212:1234@gateway.com;user=phone',
      { user: '+1-212-555-1212', password: '1234', params: [['user', 'phone']] },
    ],
    ['RFC 3261 §19.1.3', 'sips:1212@gateway.com', { scheme: 'sips', user: '1212' }],
    ['RFC 3261 §19.1.3', 'sip:alice@192.0.2.4', { host: '192.0.2.4' }],
    [
      'RFC 3261 §19.1.3',
      'sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com',
      { user: undefined, params: [['method', 'REGISTER']], headers: 'to=alice%40atlanta.com' },
    ],
    [
      'RFC 3261 §19.1.3: ; belongs to the user part',
      'sip:alice;day=tuesday@atlanta.com',
      { user: 'alice;day=tuesday', params: [] },
    ],
    [
      'RFC 3261 §19.1.1: scheme and host without case, one spelling',
      'SIP:Alice@Atlanta.COM;Transport=UDP',
      { scheme: 'sip', user: 'Alice', host: 'atlanta.com', params: [['Transport', 'UDP']] },
      'sip:Alice@atlanta.com;Transport=UDP',
    ],
    [
      'RFC 3261 §25.1 hostname may end in a dot: the same host',
      'sip:bob@example.com.',
      { host: 'example.com' },
      'sip:bob@example.com',
    ],
    ['RFC 3261 §25.1 password may be empty', 'sip:bob:@example.com', { password: '' }],
    ['RFC 3261 §25.1 port', 'sip:bob@example.com:65535', { port: 65535 }],
    [
      'RFC 3261 §25.1 leading zeros',
      'sip:bob@example.com:05060',
      { port: 5060 },
      'sip:bob@example.com:5060',
    ],
    [
      'RFC 3261 §25.1 paramchar',
      "sip:h;a-_.!~*'()[]/:&+$%41=[]/:&+$%42;lr",
      {
        params: [
          ["a-_.!~*'()[]/:&+$%41", '[]/:&+$%42'],
          ['lr', undefined],
        ],
      },
    ],
    ['a value left empty', 'sip:h;lr=', { params: [['lr', '']] }],
    [
      'RFC 4458 §2 target, escaped',
      'sip:voicemail@example.com;target=bob%40example.com;cause=486',
      {
        user: 'voicemail',
        params: [
          ['target', 'bob%40example.com'],
          ['cause', '486'],
        ],
      },
    ],
    [
      'RFC 5118 §4.1',
      'sip:[2001:db8::10]',
      { user: undefined, host: '[2001:db8::10]', port: undefined },
    ],
    ['RFC 5118 §4.3: that is no port', 'sip:[2001:db8::10:5070]', { host: '[2001:db8::10:5070]' }],
    ['RFC 5118 §4.4', 'sip:[2001:db8::10]:5070', { host: '[2001:db8::10]', port: 5070 }],
    [
      'RFC 5954 §4: one spelling of an address',
      'sip:bob@[2001:0DB8:0:0:0:0:0:0010]',
      { host: '[2001:db8::10]' },
      'sip:bob@[2001:db8::10]',
    ],
    [
      'RFC 5118 §4.9 IPv4-mapped',
      'sip:bob@[::ffff:192.0.2.10]',
      { host: '[::ffff:c000:20a]' },
      'sip:bob@[::ffff:c000:20a]',
    ],
    [
      'not in the grammar, but dialled so by phones',
      'sip:*72#@example.com',
      { user: '*72%23' },
      'sip:*72%23@example.com',
    ],
    ['not in the grammar, but containers are called so', 'sip:b@3f_a', { host: '3f_a' }],
    [
      'RFC 4475 §3.1.1.1',
      'sip:vivekg@chair-dnrc.example.com;unknownparam',
      { params: [['unknownparam', undefined]] },
    ],
    [
      'RFC 4475 §3.1.1.1',
      'sip:services.example.com;lr;unknownwith=value;unknown-no-value',
      {
        params: [
          ['lr', undefined],
          ['unknownwith', 'value'],
          ['unknown-no-value', undefined],
        ],
      },
    ],
    [
      'RFC 4475 §3.1.1.2',
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
      {
        user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
        password: "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)",
        host: 'example.com',
        params: [],
      },
    ],
    [
      'RFC 4475 §3.1.1.3',
      'sip:sips%3Auser%40example.com@example.net',
      { scheme: 'sip', user: 'sips%3Auser%40example.com', host: 'example.net' },
    ],
    ['RFC 4475 §3.1.1.3', 'sip:%75se%72@example.com', { user: '%75se%72' }],
    [
      'RFC 4475 §3.1.1.3: escapes in parameters',
      'sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31',
      {
        user: 'cal%6Cer',
        params: [
          ['%6C%72', undefined],
          ['n%61me', 'v%61lue%25%34%31'],
        ],
      },
    ],
    ['RFC 4475 §3.1.1.4', 'sip:null-%00-null@example.com', { user: 'null-%00-null' }],
    ['RFC 4475 §3.1.1.4', 'sip:%00%00@host5.example.com', { user: '%00%00' }],
    [
      'RFC 4475 §3.1.1.7',
      `sip:${'amazinglylongcallername'.repeat(5)}@example.net:6000;unknownparam1=very${'long'.repeat(20)}value`,
      { user: 'amazinglylongcallername'.repeat(5), port: 6000 },
    ],
    [
      'RFC 4475 §3.1.1.9',
      'sip:user;par=u%40example.net@example.com',
      { user: 'user;par=u%40example.net', host: 'example.com', params: [] },
    ],
    [
      'RFC 4475 §3.1.2.11: headers are read, what to do with them is not decided here',
      'sip:user@example.com?Route=%3Csip:example.com%3E',
      { headers: 'Route=%3Csip:example.com%3E' },
    ],
  ])('%s: %s', (_source, text, expected, printed = text) => {
    const uri = parseUri(text);
    expect(uri).toMatchObject(expected);
    expect(printUri(uri)).toBe(printed);
    expect(parseUri(printed)).toEqual(uri);
  });
});

describe('tel URIs are read', () => {
  test.each<[source: string, text: string, expected: object, printed?: string]>([
    ['RFC 3966 §6', 'tel:+1-201-555-0123', { number: '+1-201-555-0123', params: [] }],
    [
      'RFC 3966 §6',
      'tel:7042;phone-context=example.com',
      { number: '7042', params: [['phone-context', 'example.com']] },
    ],
    [
      'RFC 3966 §6',
      'tel:863-1234;phone-context=+1-914-555',
      { number: '863-1234', params: [['phone-context', '+1-914-555']] },
    ],
    [
      'RFC 3966 §5.1.3: hexadecimal, * and # in a local number',
      'tel:*10#Ab;phone-context=example.com',
      { number: '*10#Ab' },
    ],
    ['RFC 3966 §3', 'tel:+49(30)123.45;ext=12;isub=x%41', { number: '+49(30)123.45' }],
    ['a local number without context', 'TEL:1002', { number: '1002' }, 'tel:1002'],
  ])('%s: %s', (_source, text, expected, printed = text) => {
    const uri = parseUri(text);
    expect(uri).toMatchObject({ scheme: 'tel', ...expected });
    expect(printUri(uri)).toBe(printed);
  });
});

describe('URNs are read, in lower case', () => {
  test.each([
    ['RFC 5031 §4', 'urn:service:sos', 'service:sos'],
    ['RFC 5031 §4', 'URN:Service:SOS.police', 'service:sos.police'],
    [
      'RFC 4122',
      'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
      'uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    ],
  ])('%s: %s', (_source, text, value) => {
    expect(parseUri(text)).toEqual({ scheme: 'urn', value });
    expect(printUri(parseUri(text))).toBe(`urn:${value}`);
  });
});

describe('what is no URI of ours is refused', () => {
  test.each([
    ['nothing', ''],
    ['no scheme', 'alice@example.com'],
    ['no scheme', ':alice@example.com'],
    ['RFC 4475 §3.3.2 unknown scheme', 'nobodyKnowsThisScheme:totallyopaquecontent'],
    ['RFC 4475 §3.3.3 atypical scheme', 'soap.beep://192.0.2.103:3002'],
    ['RFC 4475 §3.3.4 unknown scheme', 'isbn:2983792873'],
    ['RFC 4475 §3.3.4 unknown scheme', 'http://www.example.com'],
    ['RFC 4475 §3.1.2.7 <> around it', '<sip:user@example.com>'],
    ['RFC 4475 §3.1.2.8 embedded space', 'sip:user@example.com; lr'],
    ['RFC 4475 §3.1.2.10 space after it', 'sip:user@example.com '],
    ['RFC 4475 §3.1.2.14 spaces around it', ' sip:t.watson@example.org '],
    ['RFC 5118 §4.2 IPv6 without []', 'sip:2001:db8::10'],
    ['no host', 'sip:'],
    ['no host', 'sip:bob@'],
    ['no host', 'sip:;lr'],
    ['no user before @', 'sip:@example.com'],
    ['no user before :', 'sip::pw@example.com'],
    ['two @', 'sip:bob@example.com@evil.example'],
    ['@ in a parameter', 'sip:bob@example.com;target=carol@example.com'],
    ['colon in a password', 'sip:bob:a:b@example.com'],
    ['RFC 3261 §19.1.2: not reserved, so it must be escaped', 'sip:a[b]@example.com'],
    ['% without digits', 'sip:100%@example.com'],
    ['% without digits', 'sip:a%4@example.com'],
    ['% without digits', 'sip:a%zz@example.com'],
    ['% without digits', 'sip:h;x=%'],
    ['% in a host', 'sip:bob@ex%61mple.com'],
    ['space in the user', 'sip:a b@example.com'],
    ['quote in the user', 'sip:a"b@example.com'],
    ['not ASCII', 'sip:jürgen@example.com'],
    ['not ASCII', 'sip:bob@münchen.example'],
    ['NUL', 'sip:bob\0@example.com'],
    ['line break', 'sip:bob@example.com\r\nEvil: 1'],
    ['line break', 'sip:bob@example.com\n'],
    ['line break in an IPv6 address', 'sip:bob@[2001:db8::\n1]'],
    ['> in a parameter', 'sip:bob@example.com;x=>'],
    ['empty label', 'sip:bob@example..com'],
    ['empty label', 'sip:bob@.example.com'],
    ['label ends in a hyphen', 'sip:bob@example-.com'],
    ['label ends in a hyphen', 'sip:bob@example-'],
    ['label begins with a hyphen', 'sip:bob@-example.com'],
    ['only a dot', 'sip:bob@.'],
    ['no IPv4 address', 'sip:bob@1.2.3'],
    ['no IPv4 address', 'sip:bob@1.2.3.256'],
    ['no IPv4 address', 'sip:bob@1.2.3.4.5'],
    ['no IPv4 address', 'sip:bob@1.2.3.0004'],
    ['no IPv4 address', 'sip:bob@12345'],
    ['no IPv6 address', 'sip:bob@[]'],
    ['no IPv6 address', 'sip:bob@[1.2.3.4]'],
    ['no IPv6 address', 'sip:bob@[::1::]'],
    ['no IPv6 address', 'sip:bob@[fe80::1%25eth0]'],
    ['IPv6 address without end', 'sip:bob@[::1'],
    ['empty port', 'sip:bob@example.com:'],
    ['port 0', 'sip:bob@example.com:0'],
    ['port too large', 'sip:bob@example.com:65536'],
    ['port too large', `sip:bob@example.com:${'9'.repeat(400)}`],
    ['port with letters', 'sip:bob@example.com:5060a'],
    ['parameter without name', 'sip:bob@example.com;'],
    ['parameter without name', 'sip:bob@example.com;;lr'],
    ['parameter without name', 'sip:bob@example.com;=x'],
    ['headers left empty', 'sip:bob@example.com?'],
    ['fragment', 'sip:bob@example.com#x'],
    ['no number', 'tel:'],
    ['no number', 'tel:+'],
    ['no digit', 'tel:+-()'],
    ['RFC 3966 §3: * in a global number', 'tel:+49*1'],
    ['letters', 'tel:hello'],
    ['headers', 'tel:+4930?x=y'],
    ['number and space', 'tel:+49 30'],
    ['URN without name', 'urn:service'],
    ['URN without name', 'urn:service:'],
    ['URN with a space', 'urn:service:so s'],
    ['URN with a fragment', 'urn:service:sos#1'],
  ])('%s: %j', (_why, text) => {
    expect(() => parseUri(text)).toThrow(SipSyntaxError);
  });

  test.each([
    ['sip:4930123456@exa mple.com', 'unexpected " " in the URI at offset 18'],
    ['sip:bob@h:99999', 'port is not 1 to 65535 at offset 10'],
    ['sip:bob@', 'unexpected end in a host at offset 8'],
    ['sip:bob@[::1', 'IPv6 address without ] at offset 8'],
    ['sip:bob@[::g]', 'host is no IPv6 address at offset 8'],
    ['sip:bob@1.2.3', 'host is no IPv4 address at offset 8'],
    ['http:bob', 'a URI that is not sip:, sips:, tel: or urn: at offset 0'],
    ['urn:service', 'a URN without namespace and name at offset 4'],
    ['sip:b%4@h', '% without two hexadecimal digits at offset 5'],
  ])('the message says what and where, and does not repeat the text: %s', (text, message) => {
    expect(() => parseUri(text)).toThrow(message);
  });
});

test('param finds a name in any case, the first one, with or without value', () => {
  const params = [
    ['LR', undefined],
    ['Cause', '486'],
    ['cause', '302'],
    ['empty', ''],
  ] as const;
  expect(param(params, 'lr')).toBe(true);
  expect(param(params, 'cause')).toBe('486');
  expect(param(params, 'empty')).toBe('');
  expect(param(params, 'none')).toBeUndefined();
});
