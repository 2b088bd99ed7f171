/** One list for every edge that lets calls through without Divert; domain example.com. */
import { contactShapes, TOLL_COUNTRIES } from '../toll/contact-shapes.ts';

/** What may go out of a Contact that nobody judged: a name of the domain, and nothing beside it. */
export const NAME_OF_OURS = /^<sips?:[A-Za-z_][A-Za-z0-9_.-]*@example\.com>(;q=[01][.0-9]*)?$/i;

/** The shapes in which a number is put into a Contact, ten to a phone's 302. */
export const TOLL_SHAPES: readonly string[][] = TOLL_COUNTRIES.flatMap((country) => {
  const shapes = contactShapes(country, 'example.com').map((uri) => `<${uri}>`);
  return Array.from({ length: Math.ceil(shapes.length / 10) }, (_, i) =>
    shapes.slice(i * 10, i * 10 + 10),
  );
});

/** What is told without Divert of B's own 3xx: who is named as a user of the domain, and in which order. */
export const OWN_CONTACTS: readonly (readonly [
  what: string,
  contacts: readonly string[],
  told: readonly string[],
])[] = [
  ['npdi behind a number (RFC 4694)', ['<sip:+4990012345;npdi@example.com;user=phone>'], []],
  [
    'rn behind a name (RFC 4694)',
    ['<sip:carol;rn=+4990012345@example.com>'],
    ['<sip:carol@example.com>'],
  ],
  ['a phone-context (RFC 3966)', ['<sip:90012345;phone-context=+49@example.com;user=phone>'], []],
  ['a password', ['<sip:carol:90012345@example.com>'], ['<sip:carol@example.com>']],
  ['a number with a password', ['<sip:+4990012345:x@example.com>'], []],
  ['an escaped plus', ['<sip:%2B4990012345@example.com>'], []],
  ['an escaped letter', ['<sip:%63arol@example.com>'], ['<sip:carol@example.com>']],
  ['an escaped NUL', ['<sip:carol%00@example.com>'], []],
  ['a broken escape', ['<sip:carol%4@example.com>'], []],
  ['a letter behind a number', ['<sip:+4990012345x@example.com>'], []],
  ['a gateway string', ['<sip:500&SIP%2Fitsp%2F090012345@example.com>'], []],
  ['full-width digits', ['<sip:\xef\xbc\x90900@example.com>'], []],
  [
    'a second line',
    ['<sip:carol@example.com>', '<sip:+4990012345@example.com>'],
    ['<sip:carol@example.com>'],
  ],
  ['a comma in a name', ['"Doe, Carol" <sip:carol@example.com>'], ['<sip:carol@example.com>']],
  [
    'quotes and brackets in a name',
    ['"<sip:+4990012345@example.com>\\"," <sip:carol@example.com>'],
    ['<sip:carol@example.com>'],
  ],
  ['no brackets', ['sip:carol@example.com;q=0.3'], ['<sip:carol@example.com>;q=0.300']],
  [
    'two in one line',
    ['"C" <sip:carol@example.com>, <sip:erin@example.com>'],
    ['<sip:carol@example.com>', '<sip:erin@example.com>'],
  ],
  [
    'two without brackets',
    ['sip:carol@example.com, sip:erin@example.com'],
    ['<sip:carol@example.com>', '<sip:erin@example.com>'],
  ],
  [
    'best q last',
    ['sip:carol@example.com;q=0.3, <sip:erin@example.com>;q=0.95'],
    ['<sip:erin@example.com>;q=0.950', '<sip:carol@example.com>;q=0.300'],
  ],
  [
    'equal q',
    ['<sip:carol@example.com>;q=1.00, <sip:erin@example.com>;q=1'],
    ['<sip:carol@example.com>;q=1.000', '<sip:erin@example.com>;q=1.000'],
  ],
  [
    'ways around',
    ['<sip:carol@example.com:9999;m%61ddr=192.0.2.1;transport=tcp?Route=%3Csip:x%3E>'],
    ['<sip:carol@example.com>'],
  ],
  [
    'another host',
    [
      '<sip:carol@192.0.2.1>',
      '<sip:carol@example.com.evil.example>',
      '<sip:carol@evil.example;x=@example.com>',
    ],
    [],
  ],
  [
    'an open bracket',
    ['<sip:carol@example.com', '<sip:erin@example.com>'],
    ['<sip:erin@example.com>'],
  ],
  ['a hash', ['<sip:carol#1@example.com>'], []],
  ['sips', ['<sips:carol@example.com>'], ['<sips:carol@example.com>']],
  ['tel', ['<tel:+4990012345>'], []],
];
