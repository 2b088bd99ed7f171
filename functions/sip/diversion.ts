import { type List, readList } from './list.ts';
import { parseNameAddr } from './name-addr.ts';
import { type Param, param } from './params.ts';
import { inAngles, tokenOrQuoted } from './print.ts';
import type { Uri } from './uri.ts';

/** One Diversion value (RFC 5806): who diverted the call, and why. */
export interface Diversion {
  readonly uri: Uri;
  readonly display?: string | undefined;
  /** Lower case; `unknown` where absent. */
  readonly reason: string;
  /** How many diversions the entry stands for, 1 to 99; 1 where absent or unreadable. */
  readonly counter: number;
  readonly limit?: number | undefined;
  /** Lower case: `full`, `name`, `uri`, `off` or another token. */
  readonly privacy?: string | undefined;
  /** Lower case: `yes`, `no` or another token. */
  readonly screen?: string | undefined;
  /** As received, trimmed and unfolded: safe to repeat in a header. */
  readonly raw: string;
}

/**
 * Reads all Diversion values of a message, topmost (newest) first. Never throws.
 *
 * The form without `<>` is read too, as some proxies write it.
 */
export function parseDiversions(values: readonly string[]): List<Diversion> {
  return readList(values, readDiversion);
}

/**
 * The value of a Diversion header, without the name.
 *
 * @throws SipSyntaxError where `uri` has a character that would break the header
 */
export function printDiversion(d: {
  uri: string;
  reason: string;
  counter?: number;
  privacy?: string;
  screen?: string;
  limit?: number;
}): string {
  let text = `${inAngles(d.uri)};reason=${tokenOrQuoted(d.reason)}`;
  if (d.counter !== undefined) text += `;counter=${d.counter}`;
  if (d.limit !== undefined) text += `;limit=${d.limit}`;
  if (d.privacy !== undefined) text += `;privacy=${tokenOrQuoted(d.privacy)}`;
  if (d.screen !== undefined) text += `;screen=${tokenOrQuoted(d.screen)}`;
  return text;
}

function readDiversion(raw: string): Diversion {
  const { display, uri, params } = parseNameAddr(raw);
  return {
    uri,
    display,
    reason: word(params, 'reason') ?? 'unknown',
    // An entry that claims to stand for no diversion would hide itself from the hop count.
    counter: count(params, 'counter') || 1,
    limit: count(params, 'limit'),
    privacy: word(params, 'privacy'),
    screen: word(params, 'screen'),
    raw,
  };
}

/** RFC 5806 has 1*2DIGIT; a larger number is as good as 99. */
function count(params: readonly Param[], name: string): number | undefined {
  const value = param(params, name);
  return typeof value === 'string' && /^[0-9]+$/.test(value)
    ? Math.min(Number(value), 99)
    : undefined;
}

function word(params: readonly Param[], name: string): string | undefined {
  const value = param(params, name);
  return typeof value === 'string' && value !== '' ? value.toLowerCase() : undefined;
}
