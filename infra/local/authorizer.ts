import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
  SignJWT,
} from 'jose';

/** How a route of the HTTP API is protected. */
export type Protection = 'jwt' | 'iam';

/** The part of an event's request context in which API Gateway tells what it proved. */
export interface Proof {
  readonly jwt: { readonly claims: Record<string, string>; readonly scopes: null };
}

const ISSUER = 'http://localhost/divert';
export const AUDIENCE = 'divert-local';

/** The secret of this data folder's tokens: made once, readable by its owner only. */
export function tokenSecret(data: string): Uint8Array {
  const file = join(data, 'token-secret');
  if (!existsSync(file)) {
    mkdirSync(data, { recursive: true });
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  }
  return Buffer.from(readFileSync(file, 'utf8'), 'base64');
}

/** A token for the admin API of the local server, valid for 12 hours. */
export function signToken(secret: Uint8Array, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('12h')
    .sign(secret);
}

/** Whose tokens are believed beside those that are signed with the secret. */
export interface Issuer {
  readonly url: string;
  readonly audience: string;
}

/** Finds out what a token proves, its claims as API Gateway hands them on: all text. `undefined`: nothing. */
export type Verify = (authorization: string | undefined) => Promise<Proof | undefined>;

export function verifier(secret: Uint8Array, issuer?: Issuer): Verify {
  const byIssuer = issuer && issuerVerifier(issuer);
  return async (authorization) => {
    const token = /^(?:Bearer +)?(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    try {
      const own = decodeProtectedHeader(token).alg === 'HS256';
      const payload = own || !byIssuer ? await verifyOwn(secret, token) : await byIssuer(token);
      return payload && proofOf(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  };
}

// As API Gateway: a token that says no end is none.
const requiredClaims = ['exp'];

async function verifyOwn(secret: Uint8Array, token: string): Promise<JWTPayload> {
  const wanted = { issuer: ISSUER, audience: AUDIENCE, requiredClaims };
  return (await jwtVerify(token, secret, wanted)).payload;
}

/** As API Gateway's JWT authorizer: the keys are the provider's, and `aud`, else `client_id`, is the audience. */
function issuerVerifier({ url, audience }: Issuer) {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (token: string): Promise<JWTPayload | undefined> => {
    keys ??= keysOf(url).catch((error) => {
      keys = undefined;
      throw error;
    });
    const { payload } = await jwtVerify(token, await keys, { issuer: url, requiredClaims });
    const audiences = payload.aud === undefined ? [payload.client_id] : [payload.aud].flat();
    return audiences.includes(audience) ? payload : undefined;
  };
}

/** Where a provider has its keys (OpenID Connect Discovery 1.0 §4). */
async function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { jwks_uri } = (await response.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(jwks_uri));
}

function proofOf(payload: JWTPayload): Proof {
  const claims = Object.entries(payload).map(([name, value]) => [
    name,
    Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
  ]);
  return { jwt: { claims: Object.fromEntries(claims), scopes: null } };
}
