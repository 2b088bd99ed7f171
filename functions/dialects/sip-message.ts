import { Problem } from '../http/problem.ts';

/** RFC 3261 §7.3.3, RFC 4028, RFC 3265: the compact names of headers that are used here. */
const COMPACT: Readonly<Record<string, string>> = {
  f: 'from',
  i: 'call-id',
  k: 'supported',
  m: 'contact',
  t: 'to',
};

export interface SipRequest {
  readonly method: string;
  readonly requestUri: string;
  /** Long names in lower case → values in order, unfolded, not split at commas. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

/**
 * Splits a SIP request into its start line and headers (RFC 3261 §7); the body is not looked at.
 * Lines may end in LF alone, and the message may be cut off anywhere after the start line.
 *
 * @throws {Problem} 400 where it does not begin with a request line
 */
export function readSipRequest(message: string): SipRequest {
  const [head = ''] = message.trimStart().split(/\r?\n\r?\n/, 1);
  const [start = '', ...lines] = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/i.exec(start.trimEnd());
  if (!request) throw new Problem(400, 'body does not begin with a SIP request line.', 'body');
  const headers: Record<string, string[]> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const long = COMPACT[name] ?? name;
    headers[long] = [...(headers[long] ?? []), line.slice(colon + 1).trim()];
  }
  return {
    method: (request[1] as string).toUpperCase(),
    requestUri: request[2] as string,
    headers,
  };
}
