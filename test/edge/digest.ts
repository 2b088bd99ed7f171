/** A phone's answer to a digest challenge (RFC 2617 §3.2.2), as a header line; undefined where there was none. */
import { createHash } from 'node:crypto';

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

export function credentials(
  challenge: string,
  method: string,
  uri: string,
  user: string,
  password: string,
): string | undefined {
  const [, header = '', nonce] =
    /^(WWW|Proxy)-Authenticate: Digest realm="example\.com", nonce="([^"]+)"/m.exec(challenge) ??
    [];
  if (nonce === undefined) return undefined;
  const [nc, cnonce] = ['00000001', 'c0ffee'];
  const ha1 = md5(`${user}:example.com:${password}`);
  const response = md5(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
  const name = header === 'WWW' ? 'Authorization' : 'Proxy-Authorization';
  return `${name}: Digest username="${user}", realm="example.com", nonce="${nonce}", uri="${uri}", qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}"`;
}
