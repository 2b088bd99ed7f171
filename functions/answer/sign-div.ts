import { Buffer } from 'node:buffer';
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { DivClaims } from '../decide/div-claims.ts';

/**
 * A private key on P-256, from PEM (PKCS #8 or SEC 1).
 *
 * @throws where it is none: ES256 is the one algorithm of PASSporT (RFC 8225 §8)
 */
export function readSigningKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error('the key is none on P-256');
  }
  return key;
}

/**
 * A "div" PASSporT as the value of Identity (RFC 8946 §4.1), in full form. Claims and header are
 * serialized as RFC 8225 §9 has it: keys in lexicographic order, no white space.
 *
 * @param x5u where the certificate is: an absolute URI without characters that break a header
 */
export function identityOfDiv(claims: DivClaims, x5u: string, key: KeyObject): string {
  const { dest, div, iat, orig } = claims;
  const header = encode({ alg: 'ES256', ppt: 'div', typ: 'passport', x5u });
  const payload = encode({ dest, div, iat, orig });
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), {
    key,
    dsaEncoding: 'ieee-p1363',
  });
  return `${header}.${payload}.${signature.toString('base64url')};info=<${x5u}>;alg=ES256;ppt=div`;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
