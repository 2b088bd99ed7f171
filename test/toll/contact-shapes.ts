/**
 * Shapes in which a number that nobody may call is put into a Contact, so that a check sees a name,
 * or another number, than what a gateway dials. One list for whoever lets Contacts pass: the core,
 * its safe answers, rules when written, feature codes, each dialect and both SIP edges.
 */

/** A country's numbers that a domain allows, and what stands for those that it does not. */
export interface TollCountry {
  readonly country: string;
  /** Country calling code. */
  readonly code: string;
  /** What national and international numbers are dialled with. */
  readonly trunk: string;
  readonly abroad: string;
  /** A national number that is valid and costs nothing special. */
  readonly good: string;
  /** A premium-rate number of the country. */
  readonly premium: string;
}

export const TOLL_COUNTRIES: readonly TollCountry[] = [
  {
    country: 'DE',
    code: '49',
    trunk: '0',
    abroad: '00',
    good: '15112345678',
    premium: '9001234567',
  },
  {
    country: 'GB',
    code: '44',
    trunk: '0',
    abroad: '00',
    good: '7912345678',
    premium: '9098790123',
  },
  { country: 'FR', code: '33', trunk: '0', abroad: '00', good: '612345678', premium: '899123456' },
  { country: 'IT', code: '39', trunk: '', abroad: '00', good: '3491234567', premium: '899123456' },
  {
    country: 'US',
    code: '1',
    trunk: '1',
    abroad: '011',
    good: '2125550123',
    premium: '9005550123',
  },
];

/** A host that is not the domain's, and that no `allow` names. */
const FOREIGN = 'elsewhere.example';

/** Contacts, as URIs, none of which may lead to the premium number or to any that is not allowed. */
export function contactShapes(
  { code, trunk, abroad, premium, good }: TollCountry,
  domain: string,
): string[] {
  const national = `${trunk}${premium}`;
  const wide = (text: string): string =>
    [...text].map((d) => encodeURIComponent(String.fromCodePoint(0xff10 + Number(d)))).join('');
  const arabic = (text: string): string =>
    [...text].map((d) => encodeURIComponent(String.fromCodePoint(0x660 + Number(d)))).join('');
  const users = [
    // One of the country, and what looks like one: facts of ITU-T E.164 §6.
    `+${code}${premium}`,
    `+${code}0${premium}`,
    `+${code}00${premium}`,
    `+${code}${abroad}${code}${premium}`,
    `+${code}${abroad}882123456`,
    `+${code}(0)${premium}`,
    `+${code}(0)(0)${premium}`,
    `+${code}*${premium}`,
    `+${code}#${premium}`,
    `+${code}+${premium}`,
    `++${code}${premium}`,
    '++882123456',
    `+${code}`,
    `+${code}0`,
    `+${code}${'1'.repeat(25 - code.length)}`,
    `+${code}-${premium.slice(0, 3)}-${premium.slice(3)}`,
    `%2B${code}${premium}`,
    `+${code}%30${premium}`,
    `${code}0${premium}`,
    `${code}${premium}`,
    `${abroad}${code}${premium}`,
    `${abroad}${code}${abroad}1900555123`,
    `${premium};phone-context=+${code}`,
    `${premium};PHONE-CONTEXT=%2B${code}`,
    `${national};phone-context=${domain}`,
    `carol;phone-context=+${code}900`,
    '+883510012345',
    '+88213123456',
    '+881612345678',
    '+97912345678',
    // RFC 3261 §19.1.2 and §25.1: what stands in a user part beside a number.
    national,
    premium,
    ...[
      'x',
      '%20',
      ',',
      '/',
      '$',
      '~',
      '=',
      '%00',
      '%3b',
      '%3B1',
      'p1',
      'A',
      '!',
      "'",
      '%0a',
      '%7f',
    ].map((tail) => `${national}${tail}`),
    ...['%20', '%09', '%00', "'", '=', ',', '/', '%e2%80%8b', '%c2%a0', '%ef%bb%bf'].map(
      (head) => `${head}${national}`,
    ),
    `'${national}'`,
    `${national.slice(0, 1)}%E2%80%8B${national.slice(1)}`,
    `${national.slice(0, 2)}%20${national.slice(2)}`,
    `${national.slice(0, 1)}%${(national.charCodeAt(1)).toString(16)}${national.slice(2)}x`,
    wide(national),
    wide(premium),
    arabic(national),
    `+${wide(code + premium)}`,
    `${national}%2540`,
    // Gateways that take a trunk, a technology or a dial string out of a user part.
    `+${code}${good}%40${FOREIGN}`,
    `alice;tgrp=premium;trunk-context=${FOREIGN}`,
    `alice;rn=+${code}${premium};npdi`,
    `x;${national}`,
    `alice&PJSIP/${national}`,
    `500&SIP%2Fitsp%2F${national}`,
    `PJSIP/${national}`,
    `Local%2F${national}%40default`,
    `alice%7CSIP%2F${national}`,
    `alice%5E${national}`,
    `*72${national}`,
    `**21*${national}#`,
    `%2a%2a21%2a${national}%23`,
    `*31#${national}`,
    `9${national}`,
    // Emergency numbers are no targets.
    '112',
    '0112',
    '112%23',
    '112%20',
    '1-1-2',
    `+${code}112`,
    '911',
    `112;phone-context=${domain}`,
  ];
  return [
    ...users.map((user) => `sip:${user}@${domain}`),
    `sips:+${code}${premium}@${domain}`,
    `sip:bob:${national}@${domain}`,
    `sip:alice:x@${domain}`,
    `tel:${national}`,
    `tel:+${code}-${premium}`,
    `tel:+${code}-0${premium}`,
    `tel:${premium};phone-context=+${code}`,
    `tel:112;phone-context=${FOREIGN}`,
    `sip:carol@${domain};maddr=192.0.2.1`,
    `sip:carol@${domain};m%61ddr=192.0.2.1`,
    `sip:carol@${domain};user=dialstring`,
    `sip:carol@${domain};tgrp=premium`,
    `sip:carol@${domain};transport=tls;method=BYE`,
    `sip:carol@${domain}:9999`,
    `sip:carol@${domain}.:9999`,
    `sip:carol@${domain}?Route=%3Csip:${FOREIGN}%3E`,
    `sip:carol@${domain};gr=urn:uuid:x`,
    'sip:carol@[::1]',
    'sip:carol@localhost:9',
    `sip:${national}@${FOREIGN}`,
    `sip:${premium}@${FOREIGN}`,
    `sip:+${code}${premium}@${FOREIGN}`,
    `sip:1234@${FOREIGN}`,
    `sip:${FOREIGN}`,
    `sip:${domain}`,
    `SIP:CAROL@${domain.toUpperCase()}`,
  ];
}

/** Contacts that people mean, and where they lead: a check that refuses all is no check. */
export function goodContacts(
  { code, trunk, abroad, good }: TollCountry,
  domain: string,
): [contact: string, sent: string][] {
  const number = `sip:+${code}${good}@${domain};user=phone`;
  return [
    [`sip:+${code}${good}@${domain}`, number],
    [`sip:+${code}${good}@${FOREIGN}`, number],
    [`sip:${trunk}${good}@${domain}`, number],
    [`sip:${abroad}${code}${good}@${domain}`, number],
    [`sip:${code}${good}@${domain}`, number],
    [`tel:+${code}-${good}`, number],
    [`tel:${good};phone-context=+${code}`, number],
    [`sip:${good};phone-context=+${code}@${domain}`, number],
    [`sip:1234@${domain}`, `sip:1234@${domain}`],
    [`sip:car%6fl@${domain}`, `sip:carol@${domain}`],
    [`sip:dave_2.x-y@${domain}`, `sip:dave_2.x-y@${domain}`],
  ];
}
