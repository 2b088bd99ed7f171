import { Buffer } from 'node:buffer';
import type { DivClaims, Signed } from './div-claims.ts';

/** A longer value is none: the ones in use have some 800 characters. */
const LONGEST = 4096;
/** More Identity values than this are not looked at. */
const MOST_VALUES = 10;

/**
 * The PASSporT by which the call came signed for the number that was dialled: the last one with it
 * among `dest`, since each "div" of a chain is for the target after the one before (RFC 8946 §4.1).
 * Its signature is left to the terminating side to verify, as that section lets a service do.
 *
 * @param values of Identity; one in compact form (RFC 8224 §7) says nothing by itself
 */
export function signedFor(dialled: string, values: readonly string[]): Signed | undefined {
  const tn = dialled.slice(1);
  for (const value of values.slice(0, MOST_VALUES).reverse()) {
    const claims = claimsOf(value);
    if (claims?.tns.includes(tn)) return claims.signed;
  }
  return undefined;
}

/**
 * The claims for a target: none for names, nor where the diverting user is hidden or was dialled by
 * something else than an E.164 number, for which nobody could have signed.
 */
export function divClaims(
  to: { readonly identity: string },
  {
    dialled,
    signed,
  }: { readonly dialled?: string | undefined; readonly signed?: Signed | undefined },
  hidden: boolean,
): DivClaims | undefined {
  if (signed === undefined || dialled === undefined || hidden) return undefined;
  if (!to.identity.startsWith('+')) return undefined;
  return {
    dest: { tn: [to.identity.slice(1)] },
    div: { tn: dialled.slice(1) },
    iat: signed.iat,
    orig: signed.orig,
  };
}

function claimsOf(value: string): { signed: Signed; tns: readonly unknown[] } | undefined {
  const [, payload = ''] = value.slice(0, LONGEST).split('.', 2);
  const claims = parse(payload);
  const orig = claims?.orig as { tn?: unknown; uri?: unknown } | undefined;
  const { tn: tns } = (claims?.dest ?? {}) as { tn?: unknown };
  if (!Number.isSafeInteger(claims?.iat) || !Array.isArray(tns)) return undefined;
  const iat = claims?.iat as number;
  if (typeof orig?.tn === 'string') return { signed: { iat, orig: { tn: orig.tn } }, tns };
  return typeof orig?.uri === 'string'
    ? { signed: { iat, orig: { uri: orig.uri } }, tns }
    : undefined;
}

function parse(payload: string): Record<string, unknown> | undefined {
  if (!/^[\w-]+$/.test(payload)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
