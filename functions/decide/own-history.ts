import { type Diversion, parseDiversions } from '../sip/diversion.ts';
import {
  diversionCause,
  type HistoryEntry,
  indexOfEntry,
  printHistoryEntry,
} from '../sip/history-info.ts';
import { printUri, type Uri } from '../sip/uri.ts';
import type { CallContext } from './call-context.ts';
import { ANONYMOUS, distinct, uriOf } from './diversion-history.ts';
import { divertedAs, type Hidden } from './diverting-user.ts';
import { identityOf } from './identity.ts';
import { TOKEN_PARAMETER } from './token.ts';
import { causeOf } from './trigger.ts';

/**
 * The History-Info of the answer (RFC 7044 §9.1, §10.3): what came, then the diversions that only
 * Diversion or the token told of (RFC 7544 §3.4), and an entry for the Request-URI where the last
 * is not that; none where the caller's side did not ask for any.
 *
 * @returns the values, and the index of the entry for the Request-URI
 */
export function historyOf(
  context: CallContext,
  hidden: Hidden | undefined,
): { values: string[]; index: string } | undefined {
  const { call, peer, place, dialled } = context;
  if (peer.headers !== 'both' && peer.headers !== 'history-info') return undefined;
  if (call.historyValues.length === 0 && !call.supportsHistory) return undefined;
  // The true SIP status of the leg that failed, which is not `cause` (RFC 7044 §10.2).
  const reason = call.outcome ? `SIP;cause=${call.outcome.status}` : undefined;
  const values = [...call.historyValues];
  const last = lastOf(context);
  if (last !== undefined && dialled !== undefined && dialled === identityOf(last.uri, place)) {
    values[values.lastIndexOf(last.raw)] = completed(last, context, reason, hidden);
    return { values, index: last.index };
  }
  const branch = new Branch(values);
  for (const step of untold(context)) {
    const known = branch.isNew && last !== undefined && namesSame(step, last, context);
    if (known) branch.goOn();
    else branch.add(printStep(step, branch.cause, context), isPrivate(step, context));
    branch.cause = step.placeholder ? UNKNOWN : causeOf(step.diversion.reason, false);
  }
  const cause = diversionCause(call.requestUri);
  branch.cause = cause ?? branch.cause;
  const uri =
    hidden === 'anonymous' ? nobody(branch.cause) : withCause(targeted(context), branch.cause);
  const index = branch.add(uri, hidden === 'marked', reason);
  return { values, index };
}

/** RFC 7544 §5: the cause of a diversion of which nothing but the count is known. */
const UNKNOWN = 404;
/** RFC 7544 §5: stands for somebody who diverted and is not named. */
const PLACEHOLDER = 'sip:unknown@unknown.invalid';

/** The last entry, where it could be read; what has no index is no entry. */
function lastOf({ call }: CallContext): HistoryEntry | undefined {
  const last = call.history.at(-1);
  const value = call.historyValues.findLast((one) => indexOfEntry(one) !== undefined);
  return last?.raw === value ? last : undefined;
}

/** Entries added behind those that came, each from the one before it. */
class Branch {
  /** RFC 4458 cause of the next entry. */
  cause: number | undefined;
  readonly #values: string[];
  readonly #used: ReadonlySet<string | undefined>;
  #last: string | undefined;
  #added = false;
  #begun = false;

  constructor(values: string[]) {
    this.#values = values;
    const indexes = values.map(indexOfEntry).filter((index) => index !== undefined);
    this.#used = new Set(indexes);
    this.#last = indexes.at(-1);
  }

  /** Whether nothing was added yet, nor the last entry that came taken for the first one. */
  get isNew(): boolean {
    return !this.#begun;
  }

  /** Takes the last entry that came for who diverted to the next one. */
  goOn(): void {
    this.#begun = true;
  }

  add(uri: string, privacy: boolean, reason?: string): string {
    const index = this.#next();
    this.#values.push(
      printHistoryEntry({
        uri,
        index,
        privacy,
        ...(reason !== undefined && { reason }),
        ...(this.#added &&
          this.#last !== undefined && { mapped: { kind: 'mp', from: this.#last } }),
      }),
    );
    this.#last = index;
    this.#added = true;
    this.#begun = true;
    return index;
  }

  /** RFC 7044 §10.3: behind a gap a 0 comes first (rule 6); no index is used twice. */
  #next(): string {
    if (this.#last === undefined) return '1';
    const level = this.#added ? this.#last : `${this.#last}.0`;
    let number = 1;
    while (this.#used.has(`${level}.${number}`)) number++;
    return `${level}.${number}`;
  }
}

/** One diversion; a counter above 1 stands for others before it, who are not named. */
interface Step {
  readonly diversion: Diversion;
  readonly placeholder: boolean;
}

/** The diversions that History-Info does not tell of, oldest first: it ends before they begin. */
function untold({ diversionHistory }: CallContext): Step[] {
  const steps = distinct(parseDiversions(diversionHistory.diversions).entries).flatMap(
    (diversion) => [
      { diversion, placeholder: false },
      ...Array.from({ length: diversion.counter - 1 }, () => ({ diversion, placeholder: true })),
    ],
  );
  return steps.slice(0, Math.max(steps.length - diversionHistory.historical, 0)).reverse();
}

function namesSame(step: Step, entry: HistoryEntry, { place }: CallContext): boolean {
  const identity = identityOf(step.diversion.uri, place);
  return !step.placeholder && identity !== undefined && identity === identityOf(entry.uri, place);
}

function isPrivate(step: Step, { peer }: CallContext): boolean {
  return !step.placeholder && peer.hidden === 'marked' && hides(step.diversion);
}

/** RFC 7544 §5: `full`, `name` and `uri` are `history`. */
function hides({ privacy }: Diversion): boolean {
  return privacy !== undefined && privacy !== 'off';
}

function printStep(step: Step, cause: number | undefined, context: CallContext): string {
  if (step.placeholder) return withCause(PLACEHOLDER, cause);
  const { uri } = step.diversion;
  if (hides(step.diversion) && context.peer.hidden !== 'marked') return nobody(cause);
  return withCause(plain(uri, context), cause);
}

/** The caller's own entry for the Request-URI, with why this leg failed. */
function completed(
  entry: HistoryEntry,
  context: CallContext,
  reason: string | undefined,
  hidden: Hidden | undefined,
): string {
  const complete = reason === undefined || entry.reason !== undefined;
  const secret = 'password' in entry.uri && entry.uri.password !== undefined;
  if (hidden === undefined && complete && !secret) return entry.raw;
  const why = entry.reason ?? reason;
  return printHistoryEntry({
    uri:
      hidden === 'anonymous'
        ? nobody(entry.cause)
        : withCause(plain(entry.uri, context), entry.cause),
    index: entry.index,
    privacy: hidden === 'marked' || (hidden === undefined && entry.privacy),
    ...(why && { reason: why }),
    ...(entry.mapped && { mapped: entry.mapped }),
  });
}

/** Stands for a hidden user; the cause stays, by which the diversion to them is counted. */
function nobody(cause: number | undefined): string {
  return withCause(ANONYMOUS, cause);
}

function withCause(uri: string, cause: number | undefined): string {
  return cause === undefined ? uri : `${uri};cause=${cause}`;
}

/**
 * A URI ready for `cause` and embedded headers: a `tel:` URI can have neither, and becomes a SIP
 * URI (RFC 7544 §5). A password is nobody's to repeat (RFC 3261 §19.1.1).
 */
function plain(uri: Uri, { place }: CallContext): string {
  if (uri.scheme === 'urn') return printUri(uri);
  if (uri.scheme === 'tel') return uriOf(identityOf(uri, place) ?? '', place.domain);
  const { headers: _, password: __, ...rest } = uri;
  const without = [TOKEN_PARAMETER, ...(diversionCause(uri) === undefined ? [] : ['cause'])];
  const params = rest.params.filter(([name]) => !without.includes(name.toLowerCase()));
  return printUri({ ...rest, params });
}

/** The Request-URI as History-Info has it: in the domain, without our token. */
function targeted(context: CallContext): string {
  const uri = context.call.requestUri;
  if (uri.scheme === 'tel' || uri.scheme === 'urn') return divertedAs(context);
  const own = context.peer.domains.includes(uri.host);
  if (own) return plain(uri, context);
  const { port: _, ...rest } = uri;
  return plain({ ...rest, host: context.policy.domain }, context);
}
