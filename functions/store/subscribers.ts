import { isDeepStrictEqual } from 'node:util';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { DoNotDisturb, Rule, Subscriber } from '../decide/model.ts';
import { directoryWrites } from './directory.ts';
import { AliasTaken, StaleJudgement } from './errors.ts';
import { historyWrite, nextStamp } from './history.ts';
import { routeKey, subscriberHistory, subscriberRecordKey, subscriberRecords } from './keys.ts';
import { checkLimits } from './limits.ts';
import {
  asStored,
  expectVersion,
  readStored,
  recordWrite,
  type Stored,
  untilCurrent,
} from './records.ts';
import type { Author, Stamp, Table } from './table.ts';
import { MAX_ACTIONS, transact, type Write } from './transactions.ts';

/** Who changes a subscriber's rules: the rules documents, or the subscriber through the API. */
export type ManagedBy = 'code' | 'subscriber';

/** A subscriber as people wrote them, and as calls read them. */
export interface SubscriberRecord extends Stamp {
  readonly user: string;
  /** Their part of the rules document, as JSON. */
  readonly source: unknown;
  /** What their phone settings compile to is in here, `phone` and `dnd`. */
  readonly compiled: Subscriber;
  /** Their phone settings, as JSON; no document holds them. Absent in records from before they had their own place. */
  readonly phone?: unknown;
  readonly managedBy: ManagedBy;
}

/** Phone settings as people see them, and what they compile to. */
export interface PhoneInput {
  readonly settings: unknown;
  readonly rules: readonly Rule[];
  readonly dnd?: DoNotDisturb;
}
/** A subscriber's name as it is spelt. */
export const nameOf = ({ user, compiled }: Pick<SubscriberRecord, 'user' | 'compiled'>): string =>
  compiled.spelled ?? user;

/** What to store. What is absent stays as it is. */
export interface SubscriberInput {
  readonly source: unknown;
  /** The store sets `version`, `phone` and `dnd`. */
  readonly compiled: Omit<Subscriber, 'version' | 'phone' | 'dnd'>;
  readonly phone?: PhoneInput;
  /** `code` for a new subscriber. */
  readonly managedBy?: ManagedBy;
}

export interface SubscriberChange {
  readonly user: string;
  /** The version that this was decided on, 0 for none; absent: whatever is there. */
  readonly expect?: number;
  /**
   * What is to be there, or how that follows from what is (asked again after another's change);
   * `undefined` removes them.
   */
  readonly next:
    | SubscriberInput
    | undefined
    | ((current: SubscriberRecord | undefined) => SubscriberInput | undefined);
  /** Others by whom this was judged: the change is made only while they are as they were. */
  readonly reliesOn?: readonly Pick<Subscriber, 'user' | 'version'>[];
}

/**
 * Changes subscribers of a domain, all at once or not at all: each whole under every name they have,
 * their former names freed, a history entry for each. Aliases may move between them. An input that
 * changes nothing writes nothing. Returns the records as they are now, in the order of `changes`.
 * Throws `VersionConflict`, `StaleJudgement`, `AliasTaken`, `TooLarge`.
 */
export async function changeSubscribers(
  table: Table,
  domain: string,
  changes: readonly SubscriberChange[],
  author: Author,
): Promise<(SubscriberRecord | undefined)[]> {
  const subject = changes.map(({ user }) => `${user}@${domain}`).join(', ');
  return untilCurrent(subject, async (attempt) => {
    const steps = await Promise.all(
      changes.map(async (change) => {
        // Someone new is written unread: the condition tells if they are not new.
        const unread = change.expect === 0 && attempt === 0;
        const stored = unread
          ? undefined
          : await readStored(table, subscriberRecordKey(domain, change.user));
        expectVersion(`${change.user}@${domain}`, change.expect, stored);
        return plan(table, domain, change, stored, author);
      }),
    );
    const changed = steps.filter((step) => step.before !== step.after);
    if (changed.length > 0) {
      const made = writes(table, domain, changed);
      const checks = checksOf(domain, changes).slice(0, MAX_ACTIONS - made.length);
      await transact(table, subject, [...made, ...checks]);
    }
    return steps.map((step) => step.after);
  });
}

/** That those whom the changes rely on, and do not change themselves, are as they were. */
function checksOf(domain: string, changes: readonly SubscriberChange[]): Write[] {
  const own = new Set(changes.map(({ user }) => user));
  const others = new Map(
    changes.flatMap(({ reliesOn = [] }) => reliesOn.map(({ user, version }) => [user, version])),
  );
  return [...others].flatMap(([user, version]) =>
    own.has(user)
      ? []
      : {
          key: subscriberRecordKey(domain, user),
          checkOnly: true,
          condition: { attribute: 'version', equals: { N: String(version) } },
          refused: () => new StaleJudgement(`${user}@${domain}`),
        },
  );
}

interface Step {
  readonly user: string;
  readonly stored: Stored | undefined;
  readonly stamp: Stamp;
  readonly before: SubscriberRecord | undefined;
  readonly after: SubscriberRecord | undefined;
}

function plan(
  table: Table,
  domain: string,
  { user, next }: SubscriberChange,
  stored: Stored | undefined,
  author: Author,
): Step {
  const before = stored && asRecord(stored);
  const input = typeof next === 'function' ? next(before) : next;
  const stamp = nextStamp(table, stored?.stamp, author);
  if (!input) return { user, stored, stamp, before, after: undefined };
  checkLimits(`${user}@${domain}`, input);
  if (before && isUnchanged(before, input)) return { user, stored, stamp, before, after: before };
  const { source, compiled, phone, managedBy } = merged(before, input);
  const version = stamp.version;
  const { settings, rules, dnd } = phone;
  const { dnd: _, ...rest }: Omit<Subscriber, 'version' | 'phone'> = compiled;
  const after = {
    ...stamp,
    user,
    source,
    compiled: { ...rest, user, version, phone: rules, ...(dnd && { dnd }) },
    ...(settings !== undefined && { phone: settings }),
    managedBy,
  };
  return { user, stored, stamp, before, after };
}

/** Whether storing the input would change what is said, whoever wrote it and for which policy version. */
export function isUnchanged(before: SubscriberRecord, input: SubscriberInput): boolean {
  const content = (of: SubscriberInput): unknown => {
    const { compiled, phone, ...rest } = merged(before, of);
    const { needs: _, ...rules } = {
      ...compiled,
      ...{ version: 0, phone: [], dnd: undefined, user: before.user },
    };
    // Who never had a phone setting has none, whether that is stored or not.
    const settings = { ...phone, settings: phone.settings ?? {} };
    return JSON.parse(JSON.stringify({ ...rest, rules, phone: settings }));
  };
  return isDeepStrictEqual(content({ ...before, phone: phoneOf(before) }), content(input));
}

/** Whether only phone settings differ. */
const isPhoneAlone = (
  before: SubscriberRecord,
  { source, compiled, managedBy }: SubscriberRecord,
): boolean => isUnchanged(before, { source, compiled, managedBy });

const merged = (before: SubscriberRecord | undefined, input: SubscriberInput) => ({
  source: input.source,
  compiled: input.compiled,
  phone: input.phone ?? phoneOf(before),
  managedBy: input.managedBy ?? before?.managedBy ?? 'code',
});

const phoneOf = (record: SubscriberRecord | undefined): PhoneInput => ({
  settings: record?.phone,
  rules: record?.compiled.phone ?? [],
  ...(record?.compiled.dnd && { dnd: record.compiled.dnd }),
});

const namesOf = (record: SubscriberRecord | undefined): string[] =>
  record ? [...new Set([record.user, ...record.compiled.aliases])] : [];

function writes(table: Table, domain: string, steps: readonly Step[]): Write[] {
  const owners = new Map(
    steps.flatMap(({ user, before }) => namesOf(before).map((n) => [n, user])),
  );
  const taken = new Map<string, string>();
  const result: Write[] = [];
  const route = (name: string, user: string, json?: string): Write => ({
    key: routeKey(domain, name),
    ...(json !== undefined && { put: { user: { S: user }, json: { S: json } } }),
    condition: { attribute: 'user', equals: { S: owners.get(name) ?? user }, orAbsent: true },
    refused: (found) => new AliasTaken(name, user, found.user?.S ?? 'another subscriber'),
  });
  for (const { user, stored, stamp, before, after } of steps) {
    result.push(
      recordWrite(
        table,
        subscriberRecordKey(domain, user),
        stored,
        stamp,
        after && attributes(after),
      ),
      historyWrite(
        table,
        subscriberHistory(domain, user),
        stamp,
        after ? 'put' : 'delete',
        before,
        before && after && isPhoneAlone(before, after) ? 'phone' : undefined,
      ),
    );
    result.push(...directoryWrites(domain, before?.compiled, after?.compiled));
    const json = after && JSON.stringify(after.compiled);
    for (const name of namesOf(after)) {
      const other = taken.get(name);
      if (other !== undefined) throw new AliasTaken(name, user, other);
      taken.set(name, user);
      result.push(route(name, user, json));
    }
  }
  for (const [name, user] of owners) if (!taken.has(name)) result.push(route(name, user));
  return result;
}

const attributes = ({ user, source, compiled, phone, managedBy }: SubscriberRecord) => ({
  user: { S: user },
  source: { S: JSON.stringify(source ?? null) },
  compiled: { S: JSON.stringify(compiled) },
  ...(phone !== undefined && { phone: { S: JSON.stringify(phone) } }),
  managedBy: { S: managedBy },
});

function asRecord({ stamp, item }: Stored): SubscriberRecord | undefined {
  if (!item) return undefined;
  const compiled: Subscriber = JSON.parse(item.compiled?.S ?? 'null');
  return {
    ...stamp,
    user: compiled.user,
    source: JSON.parse(item.source?.S ?? 'null'),
    compiled,
    ...(item.phone?.S !== undefined && { phone: JSON.parse(item.phone.S) }),
    managedBy: item.managedBy?.S === 'subscriber' ? 'subscriber' : 'code',
  };
}

/** By user, not by alias. */
export async function getSubscriberRecord(
  table: Table,
  domain: string,
  user: string,
): Promise<SubscriberRecord | undefined> {
  const stored = await readStored(table, subscriberRecordKey(domain, user));
  return stored && asRecord(stored);
}

/** A page of a domain's subscribers, by user. */
export interface SubscriberPage {
  readonly records: SubscriberRecord[];
  /** Who was removed, as long as the history remembers them. */
  readonly removed: string[];
  /** Pass it back as `after` for the next page. */
  readonly next?: string;
}

/** Reads a page; one that has only removed subscribers in it has no records. */
export async function listSubscribers(
  table: Table,
  domain: string,
  options: { after?: string; limit?: number } = {},
): Promise<SubscriberPage> {
  const { pk, sk } = subscriberRecords(domain);
  const start =
    options.after === undefined ? undefined : subscriberRecordKey(domain, options.after);
  const page = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':sk': { S: sk } },
      ConsistentRead: true,
      ...(start && { ExclusiveStartKey: { pk: { S: start.pk }, sk: { S: start.sk } } }),
      ...(options.limit !== undefined && { Limit: options.limit }),
    }),
  );
  const records: SubscriberRecord[] = [];
  const removed: string[] = [];
  for (const item of page.Items ?? []) {
    const record = asRecord(asStored(item));
    if (record) records.push(record);
    else removed.push(item.sk?.S?.slice(sk.length) ?? '');
  }
  const last = page.LastEvaluatedKey?.sk?.S;
  return { records, removed, ...(last !== undefined && { next: last.slice(sk.length) }) };
}

/** All pages of a domain's subscribers. */
export async function* subscriberPages(
  table: Table,
  domain: string,
): AsyncGenerator<SubscriberPage> {
  let after: string | undefined;
  do {
    const page = await listSubscribers(table, domain, after === undefined ? {} : { after });
    yield page;
    after = page.next;
  } while (after !== undefined);
}

/** All subscribers of a domain, page after page. */
export async function* allSubscribers(
  table: Table,
  domain: string,
): AsyncGenerator<SubscriberRecord> {
  for await (const { records } of subscriberPages(table, domain)) yield* records;
}
