import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors, jwtVerify, SignJWT } from 'jose';

/** How a route of the HTTP API is protected. */
export type Protection = 'jwt' | 'iam';

/** The part of an event's request context in which API Gateway tells what it proved. */
export interface Proof {
  readonly jwt: { readonly claims: Record<string, string>; readonly scopes: null };
}

const ISSUER = 'http://localhost/divert';
const AUDIENCE = 'divert-local';

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

/** What a token proves, its claims as API Gateway hands them on: all text. `undefined`: nothing. */
export async function verifyToken(
  secret: Uint8Array,
  authorization: string | undefined,
): Promise<Proof | undefined> {
  const token = /^(?:Bearer +)?(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  try {
    // As API Gateway: a token that says no end is none.
    const requiredClaims = ['exp'];
    const wanted = { issuer: ISSUER, audience: AUDIENCE, requiredClaims };
    const { payload } = await jwtVerify(token, secret, wanted);
    const claims = Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]);
    return { jwt: { claims: Object.fromEntries(claims), scopes: null } };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
