import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '../decide/model.ts';
import type { Fetch } from '../fetch/fetch-document.ts';
import { isObject } from '../rules/schema/is-object.ts';
import { many } from '../rules/schema/schema.ts';
import { pointerTo } from '../rules/source/fault.ts';
import { changePolicy, type PolicyRecord } from '../store/policies.ts';
import {
  allSubscribers,
  isUnchanged,
  listSubscribers,
  nameOf,
  type SubscriberRecord,
} from '../store/subscribers.ts';
import type { Author, Table } from '../store/table.ts';
import { fetchFirstCopies } from './calendar-copies.ts';
import { compileDomain } from './compile-domain.ts';
import { compiledOrThrow, compileOne } from './compile-subscriber.ts';
import { Names } from './live-directory.ts';
import { refitted } from './phone.ts';
import { phoneSettingsOf } from './phone-settings.ts';
import { Invalid, type Mistake, Refused } from './refusal.ts';

/** A change of a policy that was checked, and may be stored. */
export interface CheckedPolicy {
  readonly source: unknown;
  readonly calendars: Readonly<Record<string, string>>;
  readonly compiled: Policy;
}

/**
 * Checks what a domain's policy, its document without the subscribers, is to become.
 *
 * @param record what is there now
 * @throws {Invalid} with every mistake
 */
export async function checkPolicy(
  table: Table,
  domain: string,
  record: PolicyRecord | undefined,
  source: unknown,
): Promise<CheckedPolicy> {
  checkDomain(source, domain);
  const calendars = calendarsOf(source, record);
  const names = new Names(table, domain);
  const compiled = compiledOrThrow(await compileDomain(names, source, calendars, table.now()));
  return { source, calendars, compiled };
}

/**
 * Stores a policy that was checked, after fetching the calendars that it names for the first time.
 *
 * @throws {Invalid} where one of these can't be fetched
 * @throws {Refused} where subscribers' rules would be wrong under it, or mean something else
 * @throws {VersionConflict} where `record` is no longer what is there
 */
export async function storePolicy(
  table: Table,
  domain: string,
  record: PolicyRecord | undefined,
  next: CheckedPolicy,
  author: Author,
  fetch: Fetch,
): Promise<PolicyRecord> {
  if (record) await refuseToBreakSubscribers(table, record.compiled, next.compiled);
  await fetchFirstCopies(table, domain, next.compiled.calendars, fetch, author);
  const after = await changePolicy(table, domain, next, author, record?.version ?? 0);
  return after as PolicyRecord;
}

/** @throws {Refused} where the domain still has subscribers */
export async function removePolicy(
  table: Table,
  domain: string,
  version: number,
  author: Author,
): Promise<void> {
  const { records } = await listSubscribers(table, domain, { limit: 1 });
  if (records.length > 0) {
    throw new Refused(`domain ${domain} still has subscribers: remove them first`);
  }
  await changePolicy(table, domain, undefined, author, version);
}

/** @throws {Invalid} where it is another domain's, or has subscribers in it */
function checkDomain(source: unknown, domain: string): void {
  if (!isObject(source)) return;
  if (typeof source.domain === 'string' && source.domain.toLowerCase() !== domain) {
    throw new Invalid([{ pointer: '/domain', detail: `must be '${domain}', as in the path` }]);
  }
  if (Object.hasOwn(source, 'subscribers')) {
    const detail = `is no part of the policy: write to /domains/${domain}/subscribers/{user}`;
    throw new Invalid([{ pointer: '/subscribers', detail }]);
  }
}

/**
 * The .ics files that the calendars name, as they were applied with the documents.
 *
 * @throws {Invalid} for one that was not: here there is no place for a file
 */
function calendarsOf(source: unknown, record: PolicyRecord | undefined): Record<string, string> {
  const known = record?.calendars ?? {};
  const used: Record<string, string> = {};
  const mistakes: Mistake[] = [];
  if (!isObject(source) || !isObject(source.calendars)) return used;
  for (const [name, entries] of Object.entries(source.calendars)) {
    for (const entry of many(entries)) {
      if (typeof entry !== 'string' || !entry.endsWith('.ics')) continue;
      const text = Object.hasOwn(known, entry) ? known[entry] : undefined;
      if (text !== undefined) used[entry] = text;
      else {
        const detail = `'${entry}' is a file that only applying a document can bring: write dates`;
        mistakes.push({ pointer: pointerTo('/calendars', name), detail });
      }
    }
  }
  if (mistakes.length > 0) throw new Invalid(mistakes);
  return used;
}

/** What subscribers' rules and phone settings are compiled with; targets aside, which are judged again at each call. */
const compiledInto = ({ timezone, plan, emergency, groups, schedules }: Policy): unknown => [
  timezone,
  plan,
  emergency,
  Object.keys(groups).sort(),
  Object.keys(schedules).sort(),
];

/** Whether what a subscriber set by phone goes to the same targets until the same instants. */
async function isSamePhone(
  names: Names,
  record: SubscriberRecord,
  before: Policy,
  next: Policy,
): Promise<boolean> {
  if (Object.keys(phoneSettingsOf(record, before.domain)).length === 0) return true;
  const [now, then] = await Promise.all(
    [before, next].map((policy) => refitted(names, policy, record, record.compiled)),
  );
  return isDeepStrictEqual(now, then);
}

/** How long subscribers are looked through: a Lambda behind API Gateway has 29 s for everything. */
const SEARCH_MS = 20_000;

/**
 * Refuses a policy under which subscribers' rules would be wrong, or mean something else: those
 * have to change together, which is what applying a document does.
 */
async function refuseToBreakSubscribers(table: Table, before: Policy, next: Policy): Promise<void> {
  if (isDeepStrictEqual(compiledInto(before), compiledInto(next))) return;
  const { domain } = before;
  const names = new Names(table, domain);
  const started = Date.now();
  const mistakes: Mistake[] = [];
  for await (const record of allSubscribers(table, domain)) {
    const pointer = pointerTo('/subscribers', record.user);
    const outcome = await compileOne(names, next, nameOf(record), record.source);
    const { compiled } = outcome;
    mistakes.push(...outcome.mistakes.map((one) => ({ ...one, pointer: pointer + one.pointer })));
    const same = isUnchanged(record, { source: record.source, compiled });
    if (outcome.mistakes.length === 0 && !same) {
      mistakes.push({ pointer, detail: 'would mean something else' });
    } else if (!(await isSamePhone(names, record, before, next))) {
      mistakes.push({ pointer, detail: 'what they set by phone would mean something else' });
    }
    if (mistakes.length >= 20 || Date.now() - started > SEARCH_MS) break;
  }
  if (mistakes.length === 0 && Date.now() - started <= SEARCH_MS) return;
  throw new Refused(
    mistakes.length > 0
      ? `subscribers of ${domain} depend on what this changes (see errors): change both with a document`
      : `${domain} has too many subscribers to check this against: apply a document`,
    mistakes,
  );
}
