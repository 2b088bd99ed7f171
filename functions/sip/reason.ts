import { SipSyntaxError } from './error.ts';
import { readList } from './list.ts';
import { readParams } from './name-addr.ts';
import { param } from './params.ts';

/**
 * The cause of the first readable Reason value of that protocol (RFC 3326), e.g. of `Q.850`;
 * undefined where there is none. Never throws.
 */
export function reasonCause(values: readonly string[], protocol: string): number | undefined {
  const wanted = protocol.toLowerCase();
  const { entries } = readList(values, readReason);
  return entries.find((entry) => entry.protocol === wanted)?.cause;
}

function readReason(value: string): { protocol: string; cause: number } {
  const semicolon = value.indexOf(';');
  if (semicolon < 0) throw new SipSyntaxError('a Reason without cause', value.length);
  const cause = param(readParams(value, semicolon), 'cause');
  if (typeof cause !== 'string' || !/^[0-9]{1,3}$/.test(cause)) {
    throw new SipSyntaxError('a Reason without cause', semicolon);
  }
  return { protocol: value.slice(0, semicolon).trim().toLowerCase(), cause: Number(cause) };
}
