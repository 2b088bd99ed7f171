import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Rule, Subscriber } from '../decide/model.ts';
import { directoryKey, directoryMarkKey, type Listing, subscriberRecordKey } from './keys.ts';
import { readStored } from './records.ts';
import type { Table } from './table.ts';
import { type Attributes, transact, type Write } from './transactions.ts';

/**
 * The directory of a domain: every subscriber's names in an item of some hundred bytes, so that
 * somebody is found by a part of a name without reading everybody's rules. Who may be forwarded
 * without anybody's ringing stands in a second listing beside it.
 *
 * It changes in the transaction that changes the subscriber. Domains from before there was one
 * have no mark, and are looked through record by record until applying their rules completes it.
 */

/** Grows when entries come to say something else: the next apply writes them anew. */
const FORM = '1';

/** What the directory says of a subscriber. */
export interface DirectoryEntry {
  readonly user: string;
  /** The user and every alias, a line each, so that a part of one never runs into the next. */
  readonly names: string;
  /** Whether rules or settings of their own may forward their calls at once, or are set by phone. */
  readonly mayForward: boolean;
}

export const entryOf = (subscriber: Omit<Subscriber, 'version' | 'needs'>): DirectoryEntry => ({
  user: subscriber.user,
  names: [...new Set([subscriber.user, ...subscriber.aliases])].join('\n'),
  mayForward:
    subscriber.phone.length > 0 || subscriber.dnd !== undefined || forwardsAtOnce(subscriber.rules),
});

/** Whether one of the rules may forward a call before anybody rings. */
export const forwardsAtOnce = (rules: readonly Rule[]): boolean =>
  rules.some((rule) => rule.enabled !== false && rule.when.includes('always') && 'forward' in rule);

/** What a change of a subscriber changes in the directory. */
export function directoryWrites(
  domain: string,
  before: Subscriber | undefined,
  after: Subscriber | undefined,
): Write[] {
  const [was, is] = [before && entryOf(before), after && entryOf(after)];
  const user = (is ?? was)?.user;
  if (user === undefined) return [];
  const writes: Write[] = [];
  if (was?.names !== is?.names) writes.push(entryWrite(domain, 'ALL', user, is?.names));
  const [named, names] = [was?.mayForward && was.names, is?.mayForward && is.names];
  if (named !== names) writes.push(entryWrite(domain, 'MAY', user, names || undefined));
  return writes;
}

const entryWrite = (
  domain: string,
  listing: Listing,
  user: string,
  names: string | undefined,
): Write => ({
  key: directoryKey(domain, listing, user),
  ...(names !== undefined && { put: { names: { S: names } } }),
});

/** Lists somebody as they are at a version. Throws `Outrun` where they are at another. */
export async function listInDirectory(
  table: Table,
  domain: string,
  subscribers: readonly Subscriber[],
): Promise<void> {
  await transact(
    table,
    `the directory of ${domain}`,
    subscribers.flatMap((subscriber) => {
      const { user, names, mayForward } = entryOf(subscriber);
      return [
        entryWrite(domain, 'ALL', user, names),
        entryWrite(domain, 'MAY', user, mayForward ? names : undefined),
        {
          key: subscriberRecordKey(domain, user),
          checkOnly: true,
          condition: { attribute: 'version', equals: { N: String(subscriber.version) } },
        },
      ];
    }),
  );
}

/** Whether everybody is in the directory. */
export async function isDirectoryWhole(table: Table, domain: string): Promise<boolean> {
  const mark = await readStored(table, directoryMarkKey(domain));
  return mark?.item?.form?.N === FORM;
}

export async function markDirectoryWhole(table: Table, domain: string): Promise<void> {
  await transact(table, `the directory of ${domain}`, [
    { key: directoryMarkKey(domain), put: { form: { N: FORM } } },
  ]);
}

/** Which entries are asked for, and how many are looked at for it. */
export interface DirectoryQuery {
  readonly listing: Listing;
  /** A part of a name. */
  readonly part?: string;
  /** Goes on behind this user. */
  readonly after?: string;
  readonly examine: number;
}

/**
 * Those of the next entries, by user, that match. One query reads at most 1 MB.
 *
 * @returns `next`: the last user who was looked at, where there are more
 */
export async function queryDirectory(
  { client, name }: Table,
  domain: string,
  { listing, part, after, examine }: DirectoryQuery,
): Promise<{ users: string[]; next?: string }> {
  const { pk, sk } = directoryKey(domain, listing, '');
  const start: Attributes | undefined =
    after === undefined ? undefined : { pk: { S: pk }, sk: { S: sk + after } };
  const page = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ...(part !== undefined && {
        FilterExpression: 'contains(#names, :part)',
        ExpressionAttributeNames: { '#names': 'names' },
      }),
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ':sk': { S: sk },
        ...(part !== undefined && { ':part': { S: part } }),
      },
      Limit: examine,
      ...(start && { ExclusiveStartKey: start }),
    }),
  );
  const users = (page.Items ?? []).map((item) => item.sk?.S?.slice(sk.length) ?? '');
  const next = page.LastEvaluatedKey?.sk?.S?.slice(sk.length);
  return next === undefined ? { users } : { users, next };
}
