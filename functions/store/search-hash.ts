import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { SearchKey } from '../decide/model.ts';

/** 96 bits: enough that no two of a month's calls are taken for one, and short in a line. */
const DIGITS = 24;

export const searchKeyObject = ({ secret }: SearchKey): KeyObject =>
  createSecretKey(Buffer.from(secret, 'base64'));

/**
 * By what a user, a caller or a Call-ID is found in the log, which does not tell them: HMAC-SHA-256,
 * in hex. Without the key, which is in the table, no number can be tried against it.
 */
export const searchHash = (key: KeyObject, text: string): string =>
  createHmac('sha256', key).update(text).digest('hex').slice(0, DIGITS);
