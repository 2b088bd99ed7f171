import { hash, randomBytes } from 'node:crypto';

/** A new key for a peer: 256 random bits. It is shown once; only its hash is stored. */
export const generatePeerKey = (): string => randomBytes(32).toString('base64url');

/**
 * The form in which a key is stored and looked up: SHA-256 in hex. A key is random, so it needs no
 * slow hash. It is found by its hash and never compared itself, so how long that takes tells a
 * guesser nothing about a key that is nearly right.
 */
export const hashPeerKey = (key: string): string => hash('sha256', key, 'hex');
