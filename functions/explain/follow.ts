import type { Answer, Decision, RouteRequest } from '../decide/decision.ts';
import type { RuleSeen, TargetDropped } from '../decide/trace.ts';
import { parseHistoryInfo, printHistoryEntry } from '../sip/history-info.ts';
import { parseNameAddr } from '../sip/name-addr.ts';
import { param, printUri } from '../sip/uri.ts';

/** One decision, and how it came about. */
export interface Explained {
  /** What `/v1/route` answers. */
  readonly decision: Answer;
  /** Every rule that was looked at, in order; where one decided, it is the last. */
  readonly considered: readonly RuleSeen[];
  readonly dropped: readonly TargetDropped[];
  /** Who was called; absent where the rules could not be read or the Request-URI names nobody. */
  readonly called?: Called;
  /** When the call was, on the called user's wall clock: RFC 3339 with its offset. */
  readonly at?: string;
  /** The zone of that clock, in which schedules are read. */
  readonly timezone?: string;
  /** Which version of the rules decided, the domain's and the subscriber's. */
  readonly rules?: { readonly policy?: RulesVersion; readonly subscriber?: RulesVersion };
  /** Of an outcome: what decides when the INVITE comes, so that the phone would not ring at all. */
  readonly before?: Pick<Decision, 'action' | 'rule' | 'layer'> & { readonly status?: number };
}

/** A called user as they are known. */
export interface Called {
  /** The key that was dialled. */
  readonly dialled: string;
  /** The subscriber who has it; absent: nobody has. */
  readonly user?: string;
  /** Where nobody has it: the name that is most like it. */
  readonly nearest?: string;
}

/** A version of rules; who made it and when is known as far as the history goes back. */
export interface RulesVersion {
  readonly version: number;
  /** RFC 3339, on the called user's wall clock. */
  readonly since?: string;
  readonly who?: string;
  /** From where: `cli`, an address. */
  readonly from?: string;
}

/** One INVITE of the caller. */
export interface Hop extends Explained {
  readonly requestUri: string;
}

/** Where a call ends. */
export interface End {
  /**
   * `continue`: at a user, or with their phone's own response where the question was about one;
   * `reject`: with a status; `elsewhere`: at a target outside the peer's domains; `endless`: not
   * within 25 hops, which no rules bring about.
   */
  readonly how: 'continue' | 'reject' | 'elsewhere' | 'endless';
  readonly requestUri: string;
  readonly status?: number;
}

/** More than `maxDiversions` can be. */
const MAX_HOPS = 25;

/** Headers of a 302 that a caller copies into their next INVITE (RFC 5806 §5, RFC 7044 §7.3). */
const COPIED = ['diversion', 'history-info'];

/**
 * Takes a call to its end, as a caller who follows every redirect to its best Contact would.
 *
 * @param first what the first INVITE came to
 * @param hop what a further one comes to; undefined where it leaves the peer's domains
 */
export async function follow(
  request: RouteRequest,
  first: Hop,
  hop: (request: RouteRequest) => Promise<Hop | undefined>,
): Promise<{ journey: readonly Hop[]; ends: End }> {
  const journey: Hop[] = [];
  let sent = request;
  let taken: Hop | undefined = first;
  for (;;) {
    const { requestUri } = sent;
    if (taken === undefined) return { journey, ends: { how: 'elsewhere', requestUri } };
    journey.push(taken);
    const { action, status } = taken.decision;
    if (action !== 'redirect') {
      return { journey, ends: { how: action, requestUri, ...(status && { status }) } };
    }
    if (journey.length === MAX_HOPS) return { journey, ends: { how: 'endless', requestUri } };
    sent = nextRequest(sent, taken.decision);
    taken = await hop(sent);
  }
}

/**
 * The INVITE after a redirect, as the standards have it: to the best Contact, its parameters kept
 * (RFC 3261 §8.1.3.4), with the Diversion and History-Info of the 302.
 */
export function nextRequest(request: RouteRequest, redirect: Answer): RouteRequest {
  const { outcome, headers = {}, ...rest } = request;
  const contact = parseNameAddr(redirect.contacts?.[0] ?? '');
  const requestUri = printUri(contact.uri);
  const copied = copiedHeaders(redirect.headers ?? []);
  const history = copied['history-info'];
  const last = parseHistoryInfo(history ?? []).entries.at(-1);
  const from = param(contact.params, 'mp');
  if (last !== undefined && typeof from === 'string') {
    const index = `${last.index}.1`;
    history?.push(printHistoryEntry({ uri: requestUri, index, mapped: { kind: 'mp', from } }));
  }
  const kept = Object.entries(headers).filter(([name]) => !(name.toLowerCase() in copied));
  return { ...rest, requestUri, headers: { ...Object.fromEntries(kept), ...copied } };
}

function copiedHeaders(lines: readonly string[]): Record<string, string[]> {
  const copied: Record<string, string[]> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (!COPIED.includes(name)) continue;
    copied[name] ??= [];
    copied[name].push(line.slice(colon + 1).trim());
  }
  return copied;
}
