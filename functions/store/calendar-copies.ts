import { isDeepStrictEqual } from 'node:util';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Calendar, Policy } from '../decide/model.ts';
import { NoCopy, VersionConflict } from './errors.ts';
import { expiry, nextStamp, pack, unpack } from './history.ts';
import { calendarCopyKey, policyKey } from './keys.ts';
import { readStored, recordWrite, type Stored, untilCurrent } from './records.ts';
import type { Author, Stamp, Table } from './table.ts';
import { type Attributes, transact, type Write } from './transactions.ts';

/** What was got from an address, and when. It is no part of the policy, nor of any document. */
export interface CopyInput {
  readonly text: string;
  readonly compiled: Calendar;
  readonly etag?: string;
  readonly lastModified?: string;
  /** When the source last said that this is what it has: RFC 3339, UTC. */
  readonly confirmed: string;
  /** Why what it had since was not taken, in words that go after its address. */
  readonly failure?: string;
}

/** The stamp is that of the text: being confirmed gives no new version. */
export interface CalendarCopy extends Stamp, CopyInput {}

export async function getCalendarCopy(
  table: Table,
  domain: string,
  url: string,
): Promise<CalendarCopy | undefined> {
  return recordOf(await readStored(table, calendarCopyKey(domain, url)));
}

/**
 * Keeps a copy, and gives its days to the policy of the domain if that names its address: in one
 * transaction, without a new version of the policy, as nobody wrote another.
 *
 * @throws {VersionConflict} where somebody else has stored one since `before` was read
 * @throws {TooLarge}
 */
export async function putCalendarCopy(
  table: Table,
  domain: string,
  url: string,
  before: CalendarCopy | undefined,
  next: CopyInput,
  author: Author,
): Promise<void> {
  const subject = `the copy of ${url}`;
  const key = calendarCopyKey(domain, url);
  await untilCurrent(subject, async () => {
    const stored = await readStored(table, key);
    const found = recordOf(stored);
    if ((found?.version ?? 0) !== (before?.version ?? 0)) {
      throw new VersionConflict(subject, before?.version ?? 0, found?.version ?? 0);
    }
    const same = found?.text === next.text && isDeepStrictEqual(found.compiled, next.compiled);
    const stamp = found && same ? found : nextStamp(table, stored?.stamp, author);
    await transact(table, subject, [
      recordWrite(table, key, stored, stamp, attributesOf(table, next)),
      ...(await policyWrites(table, domain, { ...next.compiled, url })),
    ]);
  });
}

function attributesOf(
  table: Table,
  { text, compiled, etag, lastModified, confirmed, failure }: CopyInput,
): Attributes {
  return {
    text: { B: pack(text) },
    json: { S: JSON.stringify(compiled) },
    confirmed: { S: confirmed },
    ...(etag !== undefined && { etag: { S: etag } }),
    ...(lastModified !== undefined && { lastModified: { S: lastModified } }),
    ...(failure !== undefined && { failure: { S: failure } }),
    // Of one that no policy names any more, nothing is left some day.
    ...expiry(table),
  };
}

function recordOf(stored: Stored | undefined): CalendarCopy | undefined {
  if (!stored?.item) return undefined;
  const { text, json, confirmed, etag, lastModified, failure } = stored.item;
  return {
    ...stored.stamp,
    text: text?.B ? unpack<string>(text.B) : '',
    compiled: JSON.parse(json?.S ?? '{"days":[]}'),
    confirmed: confirmed?.S ?? '',
    ...(etag?.S !== undefined && { etag: etag.S }),
    ...(lastModified?.S !== undefined && { lastModified: lastModified.S }),
    ...(failure?.S !== undefined && { failure: failure.S }),
  };
}

/** What gives a policy the days of a calendar; nothing where it has them, or has none of that address. */
async function policyWrites(table: Table, domain: string, calendar: Calendar): Promise<Write[]> {
  const key = policyKey(domain);
  const { Item } = await table.client.send(
    new GetItemCommand({
      TableName: table.name,
      Key: { pk: { S: key.pk }, sk: { S: key.sk } },
      ConsistentRead: true,
    }),
  );
  if (Item?.json?.S === undefined || Item.version === undefined) return [];
  const policy: Policy = JSON.parse(Item.json.S);
  const calendars = Object.fromEntries(
    Object.entries(policy.calendars).map(([name, one]) => [
      name,
      one.url === calendar.url ? calendar : one,
    ]),
  );
  if (isDeepStrictEqual(calendars, policy.calendars)) return [];
  return [
    {
      key,
      put: { version: Item.version, json: { S: JSON.stringify({ ...policy, calendars }) } },
      condition: { attribute: 'version', equals: Item.version },
    },
  ];
}

/**
 * The calendars of a policy, those that are fetched with the days of their copies; and what holds
 * the copies still until these are stored.
 *
 * @throws {NoCopy}
 */
export async function withCopies(
  table: Table,
  domain: string,
  calendars: Policy['calendars'],
): Promise<{ readonly calendars: Policy['calendars']; readonly checks: readonly Write[] }> {
  const checks = new Map<string, Write>();
  const filled: [string, Calendar][] = [];
  for (const [name, calendar] of Object.entries(calendars)) {
    const { url } = calendar;
    const copy = url === undefined ? undefined : await getCalendarCopy(table, domain, url);
    if (url !== undefined && copy === undefined) throw new NoCopy(name, url);
    if (url !== undefined && copy !== undefined) {
      const equals = { N: String(copy.version) };
      const key = calendarCopyKey(domain, url);
      checks.set(url, { key, checkOnly: true, condition: { attribute: 'version', equals } });
    }
    filled.push([name, copy ? { ...copy.compiled, ...(url !== undefined && { url }) } : calendar]);
  }
  return { calendars: Object.fromEntries(filled), checks: [...checks.values()] };
}
