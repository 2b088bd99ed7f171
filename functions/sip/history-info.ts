import { SipSyntaxError } from './error.ts';
import { type List, readList } from './list.ts';
import { closingQuote, type NameAddr, parseNameAddr } from './name-addr.ts';
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
  /** URI parameter `cause`, one of RFC 4458's: the entry is the target of a diversion. */
  readonly cause?: number | undefined;
  /** Whether `?Privacy=history` is on it. */
  readonly privacy: boolean;
  /** The embedded Reason header, unescaped: how the call to this URI ended. No cause of diversion. */
  readonly reason?: string | undefined;
  readonly mapped?: Mapped | undefined;
  /** As received, trimmed, unfolded and escaped: safe to repeat in a header. */
  readonly raw: string;
}

const INDEX = /^[0-9]+(?:\.[0-9]+)*$/;

/**
 * Reads all History-Info values of a message, oldest first; none without index. Never throws.
 *
 * RFC 4244's examples leave quotes and spaces of an embedded Reason unescaped, and systems copied
 * that: what may not stand in `<>` is escaped, in what is to be repeated too.
 */
export function parseHistoryInfo(values: readonly string[]): List<HistoryEntry> {
  return readList(values, readEntry, escapeUri);
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

/** RFC 4458 §2: what tells a diversion from another cause, such as a service number's 380 (RFC 8119). */
const CAUSES: ReadonlySet<string> = new Set(['302', '404', '408', '480', '486', '487', '503']);

/** The `cause` of a URI that is the target of a diversion (RFC 4458 §2). */
export function diversionCause(uri: Uri): number | undefined {
  const cause = 'params' in uri ? param(uri.params, 'cause') : undefined;
  return typeof cause === 'string' && CAUSES.has(cause) ? Number(cause) : undefined;
}

/** The index of a value, also of one that can't be read otherwise. */
export function indexOfEntry(value: string): string | undefined {
  return /;\s*index\s*=\s*([0-9]+(?:\.[0-9]+)*)/i.exec(
    value.slice(value.lastIndexOf('>') + 1),
  )?.[1];
}

function readEntry(raw: string): HistoryEntry {
  const value = parseNameAddr(raw);
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

/** An element whose URI in `<>` has only what may stand there (RFC 3986 §2). */
function escapeUri(element: string): string {
  const named = element.startsWith('"') ? closingQuote(element, 0) : 0;
  const open = named < 0 ? -1 : element.indexOf('<', named);
  const close = element.indexOf('>', open);
  if (open < 0 || close < 0) return element;
  const uri = element.slice(open + 1, close).trim();
  return `${element.slice(0, open + 1)}${uri.replace(NOT_IN_URI, escapeHeader)}${element.slice(close)}`;
}

const NOT_IN_URI = /[^!#-;=?-[\]_a-z~]+|#/g;

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
