import { describe, expect, test } from 'vitest';
import { divClaims, signedFor } from '../../functions/decide/passport.ts';

const part = (claims: unknown): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
const identity = (claims: unknown): string =>
  `${part({ alg: 'ES256' })}.${part(claims)}.sig;info=<https://cert.example/a.pem>`;

const DIALLED = '+49301234567';
const shaken = {
  dest: { tn: ['49301234567', '49307654321'] },
  iat: 1_790_000_000,
  orig: { tn: '49171555666' },
};
const said = { iat: shaken.iat, orig: shaken.orig };

/** RFC 8224 §4, RFC 8225 §5.2, RFC 8946 §4.1; docs/semantics.md#div. */
describe('the signature with which a call came', () => {
  test.each<[what: string, values: string[], signed: object | undefined]>([
    ['for the number dialled', [identity(shaken)], said],
    ['for another number', [identity({ ...shaken, dest: { tn: ['49301111111'] } })], undefined],
    ['for a number as text', [identity({ ...shaken, dest: { tn: '49301234567' } })], undefined],
    ['for a URI', [identity({ ...shaken, dest: { uri: ['sip:b@x.example'] } })], undefined],
    ['for nobody', [identity({ iat: 1, orig: shaken.orig })], undefined],
    [
      'of a caller by URI',
      [identity({ ...shaken, orig: { uri: 'sip:a@x.example' } })],
      { iat: shaken.iat, orig: { uri: 'sip:a@x.example' } },
    ],
    ['of nobody', [identity({ ...shaken, orig: {} })], undefined],
    ['at no time', [identity({ ...shaken, iat: '1790000000' })], undefined],
    ['at a broken time', [identity({ ...shaken, iat: 1.5 })], undefined],
    [
      'the last of a chain',
      [identity(shaken), identity({ ...shaken, iat: 1_790_000_005 })],
      { ...said, iat: 1_790_000_005 },
    ],
    ['the last for it', [identity(shaken), identity({ ...shaken, dest: { tn: ['1'] } })], said],
    ['among ten', [...Array(9).fill('x.y.z'), identity(shaken)], said],
    ['behind ten', [...Array(10).fill('x.y.z'), identity(shaken)], undefined],
    ['in compact form', ['..sig;info=<https://cert.example/a.pem>'], undefined],
    ['of no JSON', [`${part(1)}.${Buffer.from('{').toString('base64url')}.sig`], undefined],
    ['of null', [`${part(1)}.${part(null)}.sig`], undefined],
    ['of what is no base64url', [`${part(1)}.${part(shaken)}+.sig`], undefined],
    ['of 4096 characters', [identity({ ...shaken, filler: 'x'.repeat(2600) })], said],
    ['longer than that', [identity({ filler: 'x'.repeat(4096), ...shaken })], undefined],
    ['none', [], undefined],
  ])('%s', (_what, values, signed) => {
    expect(signedFor(DIALLED, values)).toEqual(signed);
  });
});

/** RFC 8946 §3, §4.1. */
test.each<[what: string, to: string, dialled: string | undefined, hidden: boolean, is: boolean]>([
  ['a number', '+43123456789', DIALLED, false, true],
  ['a name', 'carol@example.com', DIALLED, false, false],
  ['a hidden diverting user', '+43123456789', DIALLED, true, false],
  ['no number dialled', '+43123456789', undefined, false, false],
])('%s is diverted under signature: %s %s %s %s', (_what, to, dialled, hidden, is) => {
  const claims = divClaims({ identity: to }, { dialled, signed: said }, hidden);
  expect(claims).toEqual(
    is ? { ...said, dest: { tn: ['43123456789'] }, div: { tn: '49301234567' } } : undefined,
  );
  expect(divClaims({ identity: to }, { dialled, signed: undefined }, hidden)).toBeUndefined();
});
