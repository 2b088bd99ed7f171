import fc from 'fast-check';

/** What user parts are made of by those who want a gateway to dial what no check has seen. */
const PIECES = [
  // Prefixes, and numbers that cost.
  ...[
    '+',
    '++',
    '0',
    '00',
    '011',
    '49',
    '+49',
    '900',
    '0900123456',
    '1',
    '112',
    '110',
    '882',
    '1234',
  ],
  // The same in other characters: RFC 3261 §19.1.2, Unicode's NFKC, digits of other scripts.
  ...[
    '%2B',
    '%30',
    '%39',
    '%ef%bc%99',
    '%ef%bc%8b',
    '%d9%a9',
    '%e0%a5%af',
    '%f0%9d%9f%97',
    '%c2%b2',
  ],
  ...['\uff10', '\u0669', '\u{1d7d7}'],
  // Nothing to be seen.
  ...['%e2%80%8b', '%e2%81%a0', '%ef%bb%bf', '%c2%ad', '%e2%80%ae', '%c2%a0', '\u200b', '\ufeff'],
  ...['%00', '%09', '%0a', '%0d%0a', '%20', '%7f', '%c2%85', '%2500', '%25', '%4', '%zz', '%ff'],
  // Separators and what a dial string is cut at.
  ...[
    '(0)',
    '(',
    ')',
    '-',
    '.',
    '*',
    '#',
    '*72',
    '**21*',
    '#31#',
    ',',
    '/',
    '=',
    '~',
    '$',
    "'",
    '!',
  ],
  ...[
    '&',
    '&PJSIP/',
    '&SIP%2Fitsp%2F',
    '%7C',
    '^',
    '%5E',
    '%40',
    '%3a',
    ':',
    '%3b',
    ';',
    '_',
    'x',
    'p',
  ],
  // Names.
  ...['carol', 'alice', 'CAROL', 'car%6fl', 'c\u0430rol', 'bob.x', 'ring'],
  // Parameters of a user part: RFC 3966, RFC 4694, RFC 4904.
  ...[';phone-context=+49', ';phone-context=%2B49900', ';phone-context=example.com', ';npdi'],
  ...[';rn=+49900123456', ';tgrp=premium;trunk-context=elsewhere.example', ';isub=1', ';postd=p1'],
];

const user = fc
  .array(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...PIECES) }, fc.stringMatching(/^\d{1,12}$/)),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((pieces) => pieces.join(''));

/** RFC 3261 §19.1.1: what stands behind a host. */
const BEHIND = [
  ...[
    '',
    '',
    '',
    '',
    ':9999',
    ':5060',
    ':0',
    '.',
    '.:5061',
    ';maddr=192.0.2.1',
    ';m%61ddr=192.0.2.1',
  ],
  ...[';user=phone', ';user=dialstring', ';us%65r=dialstring', ';tgrp=premium', ';%74grp=premium'],
  ...[
    ';rn=+49900123456;npdi',
    ';transport=tcp',
    ';method=REFER',
    ';ttl=1;lr',
    ';gr=urn:uuid:x',
    ';ob',
  ],
  ...[
    ';x=%3E%0d%0aContact:%20%3Csip:evil%40elsewhere.example',
    '?Route=%3Csip:elsewhere.example%3E',
  ],
  ...[';target=sip:0900123456%40elsewhere.example', ';cause=302;dv=x', ';phone-context=+49900'],
];

/**
 * Contacts, as URIs, that a phone, a rule, a dialled code or a document may hold, few of which are
 * meant well.
 *
 * @param domain the served one
 */
export function hostileContacts(domain: string): fc.Arbitrary<string> {
  const host = fc.oneof(
    { weight: 8, arbitrary: fc.constant(domain) },
    fc.constantFrom(
      ...[
        domain.toUpperCase(),
        `${domain}.`,
        `%65${domain.slice(1)}`,
        `${domain}.elsewhere.example`,
      ],
      ...['elsewhere.example', '192.0.2.10', '[2001:db8::1]', 'localhost', '', `x@${domain}`],
    ),
  );
  const behind = fc
    .array(fc.constantFrom(...BEHIND), { minLength: 1, maxLength: 2 })
    .map((parts) => parts.join(''));
  const scheme = fc.constantFrom('sip:', 'sip:', 'sip:', 'sip:', 'sips:', 'SIP:', 's%69p:');
  const sip = fc
    .tuple(scheme, user, host, behind)
    .map(([name, who, where, rest]) => `${name}${who}@${where}${rest}`);
  return fc.oneof(
    { weight: 8, arbitrary: sip },
    { weight: 2, arbitrary: user.map((who) => `tel:${who}`) },
  );
}

/** What is written or dialled as a number or a name, without a scheme. */
export const hostileUsers = user;
