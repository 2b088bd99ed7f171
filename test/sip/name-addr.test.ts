import { describe, expect, test } from 'vitest';
import { SipSyntaxError } from '../../functions/sip/error.ts';
import { parseNameAddr, splitList } from '../../functions/sip/name-addr.ts';
import { parseUri, printUri } from '../../functions/sip/uri.ts';

type Params = [name: string, value?: string][];

describe('name-addr and addr-spec are read', () => {
  test.each<
    [source: string, text: string, display: string | undefined, uri: string, params: Params]
  >([
    [
      'RFC 3261 §20.10',
      '"Alice" <sip:alice@example.com>;tag=1',
      'Alice',
      'sip:alice@example.com',
      [['tag', '1']],
    ],
    [
      'RFC 3261 §20.10',
      'Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8',
      'Anonymous',
      'sip:c8oqz84zk7z@privacy.org',
      [['tag', 'hyh8']],
    ],
    [
      "RFC 3261 §20: without <> parameters are the header's",
      'sip:bob@example.com;tag=x;lr',
      undefined,
      'sip:bob@example.com',
      [['tag', 'x'], ['lr']],
    ],
    [
      "RFC 3261 §20: with <> they are the URI's",
      '<sip:bob@example.com;lr>',
      undefined,
      'sip:bob@example.com;lr',
      [],
    ],
    ['RFC 3966', 'tel:+4930123;tag=a', undefined, 'tel:+4930123', [['tag', 'a']]],
    ['RFC 3325 §9.1', '<tel:+14085264000>', undefined, 'tel:+14085264000', []],
    ['RFC 5031', '<urn:service:sos>', undefined, 'urn:service:sos', []],
    [
      'RFC 3261 §7.3.1 folded',
      '"Bob"\r\n <sip:bob@example.com>\r\n\t;tag\r\n =\r\n 2',
      'Bob',
      'sip:bob@example.com',
      [['tag', '2']],
    ],
    [
      'RFC 3261 §7.3.1 folded by LF only',
      'Bob\n <sip:bob@example.com>',
      'Bob',
      'sip:bob@example.com',
      [],
    ],
    ['an empty name', '"" <sip:bob@example.com>', '', 'sip:bob@example.com', []],
    [
      '< > ; , in a quoted name',
      '"a<b>;c,d" <sip:bob@example.com>',
      'a<b>;c,d',
      'sip:bob@example.com',
      [],
    ],
    [
      '< in a quoted value',
      '<sip:bob@example.com>;x="a;<b>,\\"c\\""',
      undefined,
      'sip:bob@example.com',
      [['x', 'a;<b>,"c"']],
    ],
    [
      'IPv6 in a value',
      '<sip:b@h>;received=[2001:db8::1];p="" ;q=',
      undefined,
      'sip:b@h',
      [
        ['received', '[2001:db8::1]'],
        ['p', ''],
        ['q', ''],
      ],
    ],
    [
      'RFC 4475 §3.1.1.1',
      '\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
      undefined,
      'sip:vivekg@chair-dnrc.example.com',
      [['tag', '1918181833n']],
    ],
    [
      'RFC 4475 §3.1.1.1',
      '"J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8',
      'J Rosenberg \\"',
      'sip:jdrosen@example.com',
      [['tag', '98asjd8']],
    ],
    [
      'RFC 4475 §3.1.1.1',
      '"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n  secondparam ; q = 0.33',
      'Quoted string ""',
      'sip:jdrosen@example.com',
      [['newparam', 'newvalue'], ['secondparam'], ['q', '0.33']],
    ],
    [
      'RFC 4475 §3.1.1.2: escaped control characters',
      '"BEL:\\\x07 NUL:\\\x00 DEL:\\\x7F" <sip:b@example.com>',
      'BEL:\x07 NUL:\x00 DEL:\x7F',
      'sip:b@example.com',
      [],
    ],
    [
      'RFC 4475 §3.1.1.2',
      "token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"работающий\";tag=_token~1'+`*%!-.",
      "token1~` token2'+_ token3*%!.-",
      'sip:mundane@example.com',
      [
        ["fromParam''~+*_!.-%", 'работающий'],
        ['tag', "_token~1'+`*%!-."],
      ],
    ],
    [
      'RFC 4475 §3.1.1.3',
      '<sip:I%20have%20spaces@example.net>;tag=938',
      undefined,
      'sip:I%20have%20spaces@example.net',
      [['tag', '938']],
    ],
    [
      'RFC 4475 §3.1.1.4',
      'sip:null-%00-null@example.com;tag=839923423',
      undefined,
      'sip:null-%00-null@example.com',
      [['tag', '839923423']],
    ],
    [
      'RFC 4475 §3.1.1.5: no escape in a name',
      '"%Z%45" <sip:resource@example.com>;tag=f232jadfj23',
      '%Z%45',
      'sip:resource@example.com',
      [['tag', 'f232jadfj23']],
    ],
    [
      'RFC 4475 §3.1.1.6',
      'caller<sip:caller@example.com>;tag=323',
      'caller',
      'sip:caller@example.com',
      [['tag', '323']],
    ],
    [
      'RFC 4475 §3.1.1.7',
      `"I have a user name of ${'extreme '.repeat(10)}proportion"<sip:user@example.com:6000;unknownparam1=very${'long'.repeat(20)}value>`,
      `I have a user name of ${'extreme '.repeat(10)}proportion`,
      `sip:user@example.com:6000;unknownparam1=very${'long'.repeat(20)}value`,
      [],
    ],
    [
      'RFC 4475 §3.1.2.1: invalid, nothing ambiguous',
      '"Joe" <sip:joe@example.org>;;;;',
      'Joe',
      'sip:joe@example.org',
      [],
    ],
    [
      'RFC 4475 §3.1.2.14: invalid, nothing ambiguous',
      '"Watson, Thomas" < sip:t.watson@example.org >',
      'Watson, Thomas',
      'sip:t.watson@example.org',
      [],
    ],
    [
      'RFC 4475 §3.1.2.15: invalid, nothing ambiguous',
      'Bell, Alexander <sip:a.g.bell@bell-tel.com>;tag=43',
      'Bell, Alexander',
      'sip:a.g.bell@bell-tel.com',
      [['tag', '43']],
    ],
    [
      "RFC 3261 §20.10: q and expires inside <> are the URI's, as CGRateS writes them",
      '<sip:c@example.com;q=0.5;expires=60>',
      undefined,
      'sip:c@example.com;q=0.5;expires=60',
      [],
    ],
  ])('%s: %s', (_source, text, display, uri, params) => {
    const value = parseNameAddr(text);
    expect(printUri(value.uri)).toBe(uri);
    expect(value).toEqual({
      display,
      uri: parseUri(uri),
      params: params.map(([name, text]) => [name, text]),
    });
  });
});

describe('what is no value is refused', () => {
  test.each([
    ['nothing', ''],
    ['only space', ' \t'],
    ['only a name', '"Bob"'],
    ['RFC 4475 §3.1.2.6', '"Mr. J. User <sip:j.user@example.com>'],
    [
      'RFC 4475 §3.1.2.13: whose are the headers?',
      'sip:user@example.com?Route=%3Csip:sip.example.com%3E',
    ],
    ['RFC 3261 §20: a comma needs <>', 'sip:a,b@example.com'],
    ['RFC 4475 §3.3.4', '<http://www.example.com>;tag=3234233'],
    ['RFC 4475 §3.3.8: two values', '<sip:a@example.com>, <sip:b@example.com>'],
    ['no <', '"Bob" sip:bob@example.com'],
    ['no >', '<sip:bob@example.com'],
    ['nothing in <>', '<>'],
    ['a space in <>', '<sip:bob@exam ple.com>'],
    ['<> twice', '<sip:bob@example.com><sip:x@example.com>'],
    ['< in a header parameter', 'sip:bob@example.com;x=<y>'],
    ['a space in a parameter', '<sip:bob@example.com>;tag=1 2'],
    ['a parameter without name', '<sip:bob@example.com>;=1'],
    ['a quoted value without end', '<sip:bob@example.com>;x="1'],
    ['a quote that ends in a backslash', '<sip:bob@example.com>;x="1\\"'],
    ['half a quoted name', 'Bob "x" <sip:bob@example.com>'],
    ['text after a quoted value', '<sip:bob@example.com>;x="1"2'],
    ['a line break that folds nothing', '<sip:bob@example.com>\r\nEvil: 1'],
    ['a line break at the end', '<sip:bob@example.com>\r\n'],
    ['CR alone', '<sip:bob@example.com>\r ;tag=1'],
    ['a line break in quotes', '"a\nb" <sip:bob@example.com>'],
    ['an escaped line break in quotes', '"a\\\nb" <sip:bob@example.com>'],
    ['NUL in a name', 'a\0b <sip:bob@example.com>'],
    ['NUL in a value', '<sip:bob@example.com>;tag=\0'],
  ])('%s: %j', (_why, text) => {
    expect(() => parseNameAddr(text)).toThrow(SipSyntaxError);
  });
});

describe('lists are split at commas', () => {
  test.each<[why: string, values: string[], elements: string[]]>([
    ['none', [], []],
    ['one', ['<sip:a@h>'], ['<sip:a@h>']],
    [
      'several in one value and several values',
      [' <sip:a@h> ,<sip:b@h>', '<sip:c@h>;q=0.1'],
      ['<sip:a@h>', '<sip:b@h>', '<sip:c@h>;q=0.1'],
    ],
    ['comma in <>', ['<sip:a,b@h>,<sip:c@h>'], ['<sip:a,b@h>', '<sip:c@h>']],
    [
      'comma in quotes',
      ['"a, \\", b" <sip:a@h>;x="1,2", sip:b@h'],
      ['"a, \\", b" <sip:a@h>;x="1,2"', 'sip:b@h'],
    ],
    ['> in quotes', ['"a> , <b" <sip:a@h>, <sip:b@h>'], ['"a> , <b" <sip:a@h>', '<sip:b@h>']],
    ['RFC 4475 §3.1.2.1: empty elements', [',, <sip:a@h>,,', '', ' '], ['<sip:a@h>']],
    ['folded', ['<sip:a@h>,\r\n <sip:b@h>\r\n ;q=1'], ['<sip:a@h>', '<sip:b@h>  ;q=1']],
    ['a line break does not survive', ['<sip:a@h>\r\nEvil: 1, x\0y'], ['<sip:a@h> Evil: 1', 'x y']],
    [
      'a quote without end takes the rest',
      ['<sip:a@h>, "b <sip:b@h>, <sip:c@h>'],
      ['<sip:a@h>', '"b <sip:b@h>, <sip:c@h>'],
    ],
    [
      'a < without end takes the rest',
      ['<sip:a@h>, <sip:b@h, <sip:c@h'],
      ['<sip:a@h>', '<sip:b@h, <sip:c@h'],
    ],
    [
      'RFC 3261 §20.10: no target but the first was sent (sipwise)',
      ['<sip:a@h>;q=1.0,<sip:b@h>;q=0.5', '<sip:c@h>;q=0'],
      ['<sip:a@h>;q=1.0', '<sip:b@h>;q=0.5', '<sip:c@h>;q=0'],
    ],
  ])('%s', (_why, values, elements) => {
    expect(splitList(values)).toEqual(elements);
  });
});
