import { Buffer } from 'node:buffer';
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { TokenKey, TokenKeys } from './model.ts';
import { type Diverters, packDiverters, unpackDiverters } from './token-diverters.ts';

/**
 * The loop token: who has diverted a call so far, carried by the caller in the URI parameter `dv`
 * of the Contact they were given. Phones drop Diversion and History-Info, but keep URI parameters
 * they do not know (RFC 3261 §8.1.3.4).
 *
 * Encryption is deterministic with a synthetic IV (as RFC 5297 has it, with HMAC-SHA-256 and
 * AES-128-CTR): a retransmission gets an equal token without any state, and domain and target are
 * authenticated beside it, so that a token is of no use on another call's URI.
 */
export const TOKEN_PARAMETER = 'dv';

/** Seconds. A phone follows a redirect at once; the rest is for retransmissions and slow users. */
const VALID_FOR = 600;
/** Seconds. The issue time is cut to this, so that asking twice gives the same token. */
export const ISSUE_STEP = 30;
/** `;dv=` not counted: characters of `dv=` and the token. */
const LONGEST = 120;
const IV_BYTES = 12;
const HEADER_BYTES = 5;
const ROOM = Math.floor(((LONGEST - 'dv='.length) * 3) / 4) - 1 - IV_BYTES - HEADER_BYTES;

export interface Token {
  /** Seconds since the epoch, a multiple of `ISSUE_STEP`. */
  readonly issued: number;
  /** Diversions so far. */
  readonly count: number;
  readonly diverters: Diverters;
}

/** A 24-bit mark of an identity, by which diverters are known that do not fit by name. */
export function markOf(identity: string): number {
  return Number.parseInt(hash('sha256', identity, 'hex').slice(0, 6), 16);
}

/** @returns the value of `dv`, the same for the same arguments */
export function sealToken(token: Token, domain: string, target: string, key: TokenKey): string {
  const list = packDiverters(token.diverters, ROOM, markOf);
  const plain = Buffer.alloc(HEADER_BYTES + list.length);
  plain.writeUInt32BE(Math.floor(token.issued / ISSUE_STEP), 0);
  plain.writeUInt8(Math.min(token.count, 255), 4);
  plain.set(list, HEADER_BYTES);
  const keys = derive(key);
  const iv = syntheticIv(keys.mac, domain, target, plain);
  const cipher = createCipheriv('aes-128-ctr', keys.encryption, counterBlock(iv));
  return Buffer.concat([Buffer.of(key.id), iv, cipher.update(plain)]).toString('base64url');
}

/** @returns undefined where the token is not ours, not of this domain and target, or too old */
export function openToken(
  text: string,
  domain: string,
  target: string,
  keys: TokenKeys,
  at: number,
): Token | undefined {
  const bytes = decode(text);
  if (bytes === undefined) return undefined;
  const key = [keys.current, keys.previous].find((candidate) => candidate?.id === bytes[0]);
  if (key === undefined) return undefined;
  const iv = bytes.subarray(1, 1 + IV_BYTES);
  const derived = derive(key);
  const decipher = createDecipheriv('aes-128-ctr', derived.encryption, counterBlock(iv));
  const plain = decipher.update(bytes.subarray(1 + IV_BYTES));
  if (!timingSafeEqual(iv, syntheticIv(derived.mac, domain, target, plain))) return undefined;
  const issued = plain.readUInt32BE(0) * ISSUE_STEP;
  const age = at / 1000 - issued;
  if (age >= VALID_FOR + ISSUE_STEP || age < -VALID_FOR) return undefined;
  const diverters = unpackDiverters(plain.subarray(HEADER_BYTES), markOf);
  return { issued, count: plain.readUInt8(4), diverters };
}

/** The id of the key that a token was sealed with, so that a reader can see that it lacks it. */
export function tokenKeyId(text: string): number | undefined {
  return decode(text)?.[0];
}

function decode(text: string): Buffer | undefined {
  if (text.length > LONGEST) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length >= 1 + IV_BYTES + HEADER_BYTES ? bytes : undefined;
}

function syntheticIv(mac: KeyObject, domain: string, target: string, plain: Buffer): Buffer {
  return createHmac('sha256', mac)
    .update(`${domain}\n${target}\n`)
    .update(plain)
    .digest()
    .subarray(0, IV_BYTES);
}

function counterBlock(iv: Buffer): Buffer {
  return Buffer.concat([iv, Buffer.alloc(16 - IV_BYTES)]);
}

interface DerivedKeys {
  readonly encryption: KeyObject;
  readonly mac: KeyObject;
}
const derivedKeys = new Map<string, DerivedKeys>();

function derive(key: TokenKey): DerivedKeys {
  let keys = derivedKeys.get(key.secret);
  if (keys === undefined) {
    const secret = Buffer.from(key.secret, 'base64');
    const of = (use: string): Buffer => createHmac('sha256', secret).update(use).digest();
    // Key objects: Node makes one of a buffer at every use, which takes six times as long as the use.
    keys = {
      encryption: createSecretKey(of('encryption').subarray(0, 16)),
      mac: createSecretKey(of('authentication')),
    };
    if (derivedKeys.size >= 8) derivedKeys.clear();
    derivedKeys.set(key.secret, keys);
  }
  return keys;
}
