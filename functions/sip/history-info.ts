import { SipSyntaxError } from './error.ts';
import { type List, readList } from './list.ts';
import { type NameAddr, parseNameAddr } from './name-addr.ts';
import { param } from './params.ts';
import { inAngles } from './print.ts';
import type { Uri } from './uri.ts';
import { unescapeUser } from './user.ts';

/** How an entry came about (RFC 7044 §10.2) and the index of the entry it came from. */
export interface Mapped {
  /** `mp`: another user; `rc`: a registered contact of the same user; `np`: no change. */
  readonly kind: 'mp' | 'rc' | 'np';
  readonly from: string;
}

/** One History-Info value (RFC 7044, RFC 4244). */
export interface HistoryEntry {
  /** With its embedded headers. */
  readonly uri: Uri;
  /** `1`, `1.1`, `1.2.1` … */
  readonly index: string;
  /** URI parameter `cause` (RFC 4458): the entry is the target of a diversion. */
  readonly cause?: number | undefined;
  /** Whether `?Privacy=history` is on it. */
  readonly privacy: boolean;
  /** The embedded Reason header, unescaped: how the call to this URI ended. No cause of diversion. */
  readonly reason?: string | undefined;
  readonly mapped?: Mapped | undefined;
  /** As received, trimmed and unfolded: safe to repeat in a header. */
  readonly raw: string;
}

const INDEX = /^[0-9]+(?:\.[0-9]+)*$/;

/** Reads all History-Info values of a message, oldest first; none without index. Never throws. */
export function parseHistoryInfo(values: readonly string[]): List<HistoryEntry> {
  return readList(values, readEntry);
}

/**
 * The value of a History-Info header, without the name. `reason` and `privacy` go into the URI
 * as escaped headers (RFC 7044 §10.2, §10.1).
 *
 * @throws SipSyntaxError where `uri` or an index would break the header
 */
export function printHistoryEntry(e: {
  uri: string;
  index: string;
  reason?: string;
  privacy?: boolean;
  mapped?: Mapped;
}): string {
  let uri = e.uri;
  const embed = (header: string) => {
    uri += `${uri.includes('?', uri.indexOf('@')) ? '&' : '?'}${header}`;
  };
  if (e.reason !== undefined) embed(`Reason=${escapeHeader(e.reason)}`);
  if (e.privacy) embed('Privacy=history');
  const text = `${inAngles(uri)};index=${checkIndex(e.index)}`;
  return e.mapped ? `${text};${e.mapped.kind}=${checkIndex(e.mapped.from)}` : text;
}

function checkIndex(index: string | true | undefined): string {
  if (typeof index !== 'string' || !INDEX.test(index))
    throw new SipSyntaxError('an index that is not like 1.2', 0);
  return index;
}

function escapeHeader(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** The `cause` of a URI that is the target of a diversion (RFC 4458 §2). */
export function diversionCause(uri: Uri): number | undefined {
  const cause = 'params' in uri ? param(uri.params, 'cause') : undefined;
  return typeof cause === 'string' && /^[1-6][0-9]{2}$/.test(cause) ? Number(cause) : undefined;
}

function readEntry(raw: string): HistoryEntry {
  const value = readValue(raw);
  const { uri, params } = value;
  const index = checkIndex(param(params, 'index'));
  const embedded = uri.scheme === 'sip' || uri.scheme === 'sips' ? uri.headers : undefined;
  return {
    uri,
    index,
    cause: diversionCause(uri),
    privacy: /(?:^|[;,\s])history(?:$|[;,\s])/i.test(headerOf(embedded, 'privacy') ?? ''),
    reason: headerOf(embedded, 'reason'),
    mapped: mappedBy(value),
    raw,
  };
}

function readValue(raw: string): NameAddr {
  try {
    return parseNameAddr(raw);
  } catch (error) {
    const escaped = escapeEmbedded(raw);
    if (escaped === raw) throw error;
    return parseNameAddr(escaped);
  }
}

/** RFC 4244's examples leave quotes and spaces of an embedded Reason unescaped; systems copied that. */
function escapeEmbedded(raw: string): string {
  const start = raw.indexOf('?', raw.indexOf('<'));
  const end = raw.indexOf('>', start);
  if (start < 0 || end < 0) return raw;
  const embedded = raw.slice(start, end).replace(/["\s\\]/g, escapeHeader);
  return raw.slice(0, start) + embedded + raw.slice(end);
}

/** The unescaped values of an embedded header, joined by commas; control characters are spaces. */
function headerOf(embedded: string | undefined, name: string): string | undefined {
  if (embedded === undefined) return undefined;
  const values: string[] = [];
  for (const component of embedded.split('&')) {
    const equals = component.indexOf('=');
    if (equals >= 0 && component.slice(0, equals).toLowerCase() === name) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: %0D%0A must not become a line break
      values.push(unescapeUser(component.slice(equals + 1)).replace(/[\u0000-\u001f\u007f]/g, ' '));
    }
  }
  return values.length > 0 ? values.join(', ') : undefined;
}

function mappedBy({ params }: NameAddr): Mapped | undefined {
  for (const kind of ['mp', 'rc', 'np'] as const) {
    const from = param(params, kind);
    if (typeof from === 'string' && INDEX.test(from)) return { kind, from };
  }
  return undefined;
}
