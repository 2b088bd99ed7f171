import type { Policy } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import { entryOf, forwardsAtOnce, isDirectoryWhole, queryDirectory } from '../store/directory.ts';
import {
  getSubscriberRecord,
  listSubscribers,
  type SubscriberRecord,
} from '../store/subscribers.ts';
import type { Table } from '../store/table.ts';
import { Names } from './live-directory.ts';

/** Who is looked for. */
export interface Sought<T> {
  /** Part of a name or number, as a person types it. */
  readonly search?: string | undefined;
  /** What is to be told of somebody who is forwarded now, undefined of others; absent: all match. */
  readonly forwarded?: ((record: SubscriberRecord) => T | undefined) | undefined;
  /** Goes on behind this user. */
  readonly after?: string | undefined;
  /** Most who are found. */
  readonly limit: number;
}

export interface Found<T> {
  readonly record: SubscriberRecord;
  readonly forwarded?: T;
}

/** How much one page reads at most: entries of the directory, and whole records. */
export const MOST_READ = { entries: 20_000, records: 200 };
/** So many entries are about a megabyte, which is all that one query reads. */
const ENTRIES_AT_ONCE = 5_000;
const RECORDS_AT_ONCE = 25;

/**
 * A page of a domain's subscribers who match, by user. It may be empty while there is more, since
 * what it reads is bounded, however many subscribers there are. Whose whole name or number was
 * given stands before all others.
 *
 * @returns `next`: pass it back as `after`
 */
export async function findSubscribers<T>(
  table: Table,
  policy: Policy,
  { search, forwarded, after, limit }: Sought<T>,
): Promise<{ found: Found<T>[]; next?: string }> {
  const { domain } = policy;
  const part = search === undefined ? undefined : searchedPart(search);
  const whole = search === undefined ? undefined : await ownerOf(table, policy, search);
  const found: Found<T>[] = [];
  const add = (record: SubscriberRecord | undefined): void => {
    // A directory that was read a moment ago may say what no longer is.
    if (!record || !(record.user === whole || hasPart(record, part))) return;
    const told = forwarded?.(record);
    if (forwarded && told === undefined) return;
    found.push({ record, ...(told !== undefined && { forwarded: told }) });
  };
  if (whole !== undefined && after === undefined) {
    add(await getSubscriberRecord(table, domain, whole));
  }
  const candidates = await candidatesOf(table, policy, part, forwarded !== undefined);
  let position = after;
  let read = { entries: 0, records: 0 };
  while (read.entries < MOST_READ.entries && read.records < MOST_READ.records) {
    const { users, next, load, entries } = await candidates(position);
    for (let i = 0; i < users.length; i += RECORDS_AT_ONCE) {
      const batch = users.slice(i, i + RECORDS_AT_ONCE);
      const records = await load(batch);
      for (const [j, user] of batch.entries()) {
        if (found.length === limit) return { found, ...from(position) };
        if (user !== whole) add(records[j]);
        position = user;
      }
      read = { ...read, records: read.records + batch.length };
      const rest = i + RECORDS_AT_ONCE < users.length;
      if (rest && read.records >= MOST_READ.records) return { found, ...from(position) };
    }
    if (next === undefined) return { found };
    position = next;
    read = { ...read, entries: read.entries + entries };
  }
  return { found, ...from(position) };
}

/** From the beginning again where nobody was looked at: only the whole name filled the page. */
const from = (position: string | undefined): { next: string } => ({ next: position ?? '' });

interface Candidates {
  /** By user. */
  readonly users: readonly string[];
  readonly load: (users: readonly string[]) => Promise<(SubscriberRecord | undefined)[]>;
  /** How many were looked at at most. */
  readonly entries: number;
  readonly next?: string;
}

/** What reads those of the next subscribers who may match. */
async function candidatesOf(
  table: Table,
  policy: Policy,
  part: string | undefined,
  forwarded: boolean,
): Promise<(after: string | undefined) => Promise<Candidates>> {
  const { domain } = policy;
  if (await isDirectoryWhole(table, domain)) {
    const listing = forwarded && !mayForwardAll(policy) ? 'MAY' : 'ALL';
    const examine = part === undefined ? MOST_READ.records : ENTRIES_AT_ONCE;
    return async (after) => ({
      ...(await queryDirectory(table, domain, {
        ...{ listing, examine },
        ...(part !== undefined && { part }),
        ...(after && { after }),
      })),
      entries: examine,
      load: (users) => Promise.all(users.map((user) => getSubscriberRecord(table, domain, user))),
    });
  }
  return async (after) => {
    const limit = MOST_READ.records;
    const page = await listSubscribers(table, domain, { limit, ...(after && { after }) });
    const byUser = new Map(page.records.map((record) => [record.user, record]));
    return {
      users: [...byUser.keys()],
      entries: limit,
      load: async (users) => users.map((user) => byUser.get(user)),
      ...(page.next !== undefined && { next: page.next }),
    };
  };
}

/** Whether rules that are not a subscriber's own may forward their calls at once. */
const mayForwardAll = ({ first, finally: last, templates = {} }: Policy): boolean =>
  [first, last, ...Object.values(templates)].some(forwardsAtOnce);

/** Who has the whole name or number that was given. */
async function ownerOf(table: Table, policy: Policy, search: string): Promise<string | undefined> {
  const key = keyOf(numberTyped(search) ?? search.trim(), policy.plan);
  return key === '' ? undefined : (await new Names(table, policy.domain).find(key))?.user;
}

const hasPart = ({ compiled }: SubscriberRecord, part: string | undefined): boolean =>
  part === undefined || entryOf(compiled).names.includes(part);

/**
 * What stands in a name for what a person types: of a number its digits without trunk zero or `00`,
 * which the E.164 number that is stored has not.
 */
export function searchedPart(search: string): string {
  const number = numberTyped(search)?.replace(/^0+(?=\d)/, '');
  return number ?? search.trim().normalize('NFKC').toLowerCase();
}

/** A number without what people write between its digits; undefined where it is none. */
function numberTyped(text: string): string | undefined {
  if (/[^\d\s()./+-]/.test(text) || !/\d/.test(text)) return undefined;
  return text.replace(/\(0\)|[\s()./-]/g, '');
}
