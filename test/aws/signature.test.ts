import { createHash, createHmac } from 'node:crypto';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Signature } from '../../functions/aws/signature.ts';

test('signs as the SDK does', async () => {
  const text = fc.string({ unit: 'grapheme' });
  const word = fc.stringMatching(/^[A-Za-z0-9/+=]{1,40}$/);
  const own = new Signature('eu-central-1', 'dynamodb', 'application/x-amz-json-1.0');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/', '/a/', '/a%20b/c:d/'),
      text,
      fc.record({ accessKeyId: word, secretAccessKey: word }),
      fc.option(word, { nil: undefined }),
      fc.date({ min: new Date('2020-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      async (path, body, keys, token, at) => {
        const credentials = { ...keys, ...(token !== undefined && { sessionToken: token }) };
        const post = { path, host: 'dynamodb.eu-central-1.amazonaws.com', target: 'A.B', body };
        const { 'content-length': length, ...headers } = own.headers(post, credentials, at);
        const sdk = new SignatureV4({
          region: 'eu-central-1',
          service: 'dynamodb',
          credentials,
          sha256: NodeSha256,
          applyChecksum: false,
        });
        const { host, 'content-type': type = '', 'x-amz-target': target = '' } = headers;
        const given = { host: host ?? '', 'content-type': type, 'x-amz-target': target };
        const request = new HttpRequest({ method: 'POST', path, headers: given, body });
        expect(headers).toEqual((await sdk.sign(request, { signingDate: at })).headers);
        expect(length).toBe(String(new TextEncoder().encode(body).length));
      },
    ),
  );
});

class NodeSha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

function bytesOf(secret: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}
