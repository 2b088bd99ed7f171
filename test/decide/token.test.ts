import { Buffer } from 'node:buffer';
import { createDecipheriv, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TokenKey } from '../../functions/decide/model.ts';
import { ISSUE_STEP, markOf, openToken, sealToken } from '../../functions/decide/token.ts';

const key = (id: number): TokenKey => ({ id, secret: Buffer.alloc(32, id).toString('base64') });
const keys = { current: key(2), previous: key(1) };
const issued = 1_800_000_000 - (1_800_000_000 % ISSUE_STEP);
const at = (seconds: number): number => (issued + seconds) * 1000;
const bob = {
  dialled: '+49301234567',
  mark: markOf('bob@example.com'),
  reason: 'user-busy',
  hidden: false,
};
const token = { issued, count: 1, diverters: { named: [bob], older: [7] } };
const sealed = sealToken(token, 'example.com', 'carol@example.com', keys.current);

describe('a token', () => {
  test('says who diverted, as dialled and by the mark of their own name', () => {
    const opened = openToken(sealed, 'example.com', 'carol@example.com', keys, at(1));
    expect(opened).toEqual(token);
  });

  test('is the same when asked again', () => {
    expect(sealToken(token, 'example.com', 'carol@example.com', keys.current)).toBe(sealed);
  });

  test('cannot be read', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    expect(bytes.includes(Buffer.from('49301234567', 'hex'))).toBe(false);
    expect(bytes.includes(Buffer.from('bob'))).toBe(false);
  });

  // docs/semantics.md#token: bound to domain and target, valid 10 minutes.
  test.each<[string, string, string, number, boolean]>([
    ['as sent', 'example.com', 'carol@example.com', 0, true],
    ['after 9:59', 'example.com', 'carol@example.com', 599, true],
    ['after 10:31', 'example.com', 'carol@example.com', 631, false],
    ['to another target', 'example.com', 'dave@example.com', 0, false],
    ['in another domain', 'example.net', 'carol@example.com', 0, false],
  ])('%s', (_, domain, target, seconds, valid) => {
    expect(openToken(sealed, domain, target, keys, at(seconds)) !== undefined).toBe(valid);
  });

  test('is decrypted by AES-128-CTR with HMAC-SHA-256 as its IV', () => {
    const secret = Buffer.alloc(32, 2);
    const derived = (use: string) => createHmac('sha256', secret).update(use).digest();
    const bytes = Buffer.from(sealed, 'base64url');
    const [iv, encrypted] = [bytes.subarray(1, 13), bytes.subarray(13)];
    const block = Buffer.concat([iv, Buffer.alloc(4)]);
    const encryption = derived('encryption').subarray(0, 16);
    const plain = createDecipheriv('aes-128-ctr', encryption, block).update(encrypted);
    const mac = createHmac('sha256', derived('authentication'));
    mac.update('example.com\ncarol@example.com\n').update(plain);
    expect(mac.digest().subarray(0, 12)).toEqual(iv);
  });

  test('is good under the previous key, not under one before that', () => {
    const after = { current: key(3), previous: key(2) };
    const later = { current: key(4), previous: key(3) };
    expect(openToken(sealed, 'example.com', 'carol@example.com', after, at(1))).toBeDefined();
    expect(openToken(sealed, 'example.com', 'carol@example.com', later, at(1))).toBeUndefined();
  });
});

const diverter = fc.record({
  dialled: fc.oneof(
    fc.stringMatching(/^\+[1-9][0-9]{7,14}$/),
    fc.stringMatching(/^[a-zä.]{1,60}@example\.(?:com|net)$/),
  ),
  mark: fc.nat(0xffffff),
  reason: fc.constantFrom('unknown', 'user-busy', 'no-answer', 'unavailable', 'away'),
  hidden: fc.boolean(),
});

test('at most 120 characters, and every diverter is known by their mark', () => {
  fc.assert(
    fc.property(fc.array(diverter, { maxLength: 20 }), fc.nat(255), fc.nat(20), (all, count, n) => {
      const named = all.slice(0, n);
      const older = all.slice(n).map(({ mark }) => mark);
      const text = sealToken(
        { issued, count, diverters: { named, older } },
        'd',
        't',
        keys.current,
      );
      expect(`dv=${text}`.length).toBeLessThanOrEqual(120);
      const opened = openToken(text, 'd', 't', keys, at(0));
      expect(opened?.count).toBe(count);
      const whole = opened?.diverters.named ?? [];
      expect(whole).toEqual(named.slice(0, whole.length));
      expect([...whole.map(({ mark }) => mark), ...(opened?.diverters.older ?? [])]).toEqual(
        all.map(({ mark }) => mark),
      );
    }),
    { numRuns: 2000 },
  );
});

test('any change to it, and any other text, is refused', () => {
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.stringMatching(/^[A-Za-z0-9_-]$/), (i, letter) => {
      const changed = sealed.slice(0, i) + letter + sealed.slice(i + 1);
      // the bits that base64url pads with are not part of the token
      const same = Buffer.from(changed, 'base64url').equals(Buffer.from(sealed, 'base64url'));
      const opened = openToken(changed, 'example.com', 'carol@example.com', keys, at(1));
      expect(opened !== undefined).toBe(same);
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(openToken(text, 'example.com', 'carol@example.com', keys, at(1))).toBeUndefined();
    }),
  );
});
