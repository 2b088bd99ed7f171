import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Checks a request's signature as the service would: AWS Signature Version 4 (IAM User Guide, "Create
 * a signed AWS API request"), over what was received and by the headers that it says were signed.
 *
 * @returns `eu-central-1/events`: for which region and service it was signed
 * @throws where the signature is not of this request
 */
export function verifySignature(
  { method, path, headers, body }: SignedRequest,
  secretAccessKey: string,
): string {
  const [, scope = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const request = [method, path, '', signed.join(''), names, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(request)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((part, word) => hmac(part, word), `AWS4${secretAccessKey}`);
  if (hmac(key, text).toString('hex') !== signature)
    throw new Error('the signature is not of this');
  const [, region, service] = scope.split('/');
  return `${region}/${service}`;
}

interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();
