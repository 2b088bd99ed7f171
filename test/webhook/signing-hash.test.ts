import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sha256 } from '../../functions/webhook/signing-hash.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

test('hashes and signs as Node does', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, fc.array(fc.oneof(bytes, fc.string())), async (secret, parts) => {
      const own = [new Sha256(), new Sha256(secret)];
      const node = [createHash('sha256'), createHmac('sha256', secret)];
      for (const part of parts) {
        for (const one of own) one.update(part);
        for (const one of node) one.update(part);
      }
      for (const [i, one] of own.entries()) {
        expect(Buffer.from(await one.digest())).toEqual(node[i]?.digest());
      }
    }),
  );
});
