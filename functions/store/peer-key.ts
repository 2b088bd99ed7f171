import { createHash, randomBytes } from 'node:crypto';

/** A new key for a peer: 256 random bits. It is shown once; only its hash is stored. */
export const generatePeerKey = (): string => randomBytes(32).toString('base64url');

/**
 * The form in which a key is stored and looked up: SHA-256 in hex. A key is random, so it needs
 * no slow hash; and a lookup by hash tells by its time nothing about the key.
 */
export const hashPeerKey = (key: string): string => createHash('sha256').update(key).digest('hex');
