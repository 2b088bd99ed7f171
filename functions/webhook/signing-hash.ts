import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { SourceData } from '@smithy/types';

/** As many as Signature Version 4 derives from the credentials of a day, and the next day's. */
const MOST_KEYS = 16;
const keys = new Map<string, KeyObject>();

/**
 * SHA-256, or HMAC-SHA-256 where it is given a secret, for signing requests. Node 24 makes a key
 * object whenever an HMAC is given bytes, which takes five times as long as the HMAC; the signing
 * key is the same for a day.
 */
export class Sha256 {
  readonly #key: KeyObject | undefined;
  #parts: Buffer[] = [];

  constructor(secret?: SourceData) {
    this.#key = secret === undefined ? undefined : keyOf(bytesOf(secret));
  }

  update(data: SourceData): void {
    this.#parts.push(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    const [only = Buffer.alloc(0)] = this.#parts;
    const data = this.#parts.length > 1 ? Buffer.concat(this.#parts) : only;
    if (this.#key === undefined) return hash('sha256', data, 'buffer');
    return createHmac('sha256', this.#key).update(data).digest();
  }

  reset(): void {
    this.#parts = [];
  }
}

function keyOf(secret: Buffer): KeyObject {
  const id = secret.toString('latin1');
  let key = keys.get(id);
  if (key === undefined) {
    key = createSecretKey(secret);
    if (keys.size >= MOST_KEYS) keys.clear();
    keys.set(id, key);
  }
  return key;
}

function bytesOf(data: SourceData): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
