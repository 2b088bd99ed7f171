import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { AwsCredentialIdentity } from '@smithy/types';

/** A POST to a service that speaks JSON; everything but `body` is the same for all of an operation. */
export interface JsonPost {
  /** Of the URL, as it is sent. */
  readonly path: string;
  /** Of the `Host` header: with the port, unless it is the scheme's own. */
  readonly host: string;
  /** `X-Amz-Target`: the operation. */
  readonly target: string;
  readonly body: string;
}

/**
 * Signs with AWS Signature Version 4 (IAM User Guide, "Create a signed AWS API request") what is
 * always the same but for body, time and credentials. The SDK's signer, which takes any request,
 * costs as much processor time as all the rest of a read.
 */
export class Signature {
  readonly #region: string;
  readonly #service: string;
  readonly #type: string;
  #keyFor = '';
  #key: KeyObject | undefined;

  /** @param type `Content-Type` */
  constructor(region: string, service: string, type: string) {
    this.#region = region;
    this.#service = service;
    this.#type = type;
  }

  /** @returns all headers of the request */
  headers(post: JsonPost, credentials: AwsCredentialIdentity, at: Date): Record<string, string> {
    const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${time.slice(0, 8)}/${this.#region}/${this.#service}/aws4_request`;
    const { accessKeyId, sessionToken: token } = credentials;
    const signed = `content-type;host;x-amz-date${token ? ';x-amz-security-token' : ''};x-amz-target`;
    // RFC 3986 escapes in a path are escaped once more.
    const path = encodeURIComponent(post.path).replaceAll('%2F', '/');
    const request = `POST
${path}

content-type:${this.#type}
host:${post.host}
x-amz-date:${time}
${token ? `x-amz-security-token:${token}\n` : ''}x-amz-target:${post.target}

${signed}
${hash('sha256', post.body, 'hex')}`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', request, 'hex')}`;
    const signature = createHmac('sha256', this.#keyOf(credentials, scope)).update(text);
    return {
      'content-type': this.#type,
      host: post.host,
      'x-amz-date': time,
      ...(token && { 'x-amz-security-token': token }),
      'x-amz-target': post.target,
      'content-length': String(Buffer.byteLength(post.body)),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature.digest('hex')}`,
    };
  }

  /** The same for a day: as a key object, since making one takes longer than the HMAC itself. */
  #keyOf({ secretAccessKey }: AwsCredentialIdentity, scope: string): KeyObject {
    const keyFor = `${scope} ${secretAccessKey}`;
    if (this.#key === undefined || this.#keyFor !== keyFor) {
      const key = scope
        .split('/')
        .reduce<string | Buffer>(
          (derived, part) => createHmac('sha256', derived).update(part).digest(),
          `AWS4${secretAccessKey}`,
        );
      this.#key = createSecretKey(key as Buffer);
      this.#keyFor = keyFor;
    }
    return this.#key;
  }
}
