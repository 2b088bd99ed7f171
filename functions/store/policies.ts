import { isDeepStrictEqual } from 'node:util';
import { TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Policy } from '../decide/model.ts';
import { withCopies } from './calendar-copies.ts';
import { domainWrite } from './domains.ts';
import { historyWrite, nextStamp, pack, unpack } from './history.ts';
import { policyHistory, policyKey, policyRecordKey } from './keys.ts';
import { asStored, expectVersion, recordWrite, type Stored, untilCurrent } from './records.ts';
import type { Author, Stamp, Table } from './table.ts';
import { persist, transact } from './transactions.ts';

/** What holds for a whole domain, as people wrote it and as calls read it. */
export interface PolicyRecord extends Stamp {
  /** The rules document without its subscribers, as JSON. */
  readonly source: unknown;
  /** The .ics files that the document's calendars name. */
  readonly calendars: Readonly<Record<string, string>>;
  readonly compiled: Policy;
}

export interface PolicyInput {
  readonly source: unknown;
  readonly calendars?: Readonly<Record<string, string>>;
  /** The store sets `version`. */
  readonly compiled: Omit<Policy, 'version'>;
}

/**
 * Changes a domain's policy, or removes it (`next` undefined; its subscribers stay). An input that
 * changes nothing writes nothing. Calendars that are fetched get the days of their copies. `expect`:
 * the version this was decided on, 0 for none. Throws `VersionConflict`, `TooLarge`, `NoCopy`.
 */
export async function changePolicy(
  table: Table,
  domain: string,
  next: PolicyInput | undefined,
  author: Author,
  expect?: number,
): Promise<PolicyRecord | undefined> {
  const subject = `the policy of ${domain}`;
  return untilCurrent(subject, async () => {
    const stored = await readBoth(table, domain);
    expectVersion(subject, expect, stored);
    const before = stored && asRecord(stored);
    if (before && next ? isSamePolicy(before, next) : before === next) return before;
    const stamp = nextStamp(table, stored?.stamp, author);
    const copies = next && (await withCopies(table, domain, next.compiled.calendars));
    const after = next && {
      ...stamp,
      source: next.source,
      calendars: next.calendars ?? {},
      compiled: {
        ...next.compiled,
        ...(copies && { calendars: copies.calendars }),
        version: stamp.version,
      },
    };
    const version = { N: String(stamp.version) };
    await transact(table, subject, [
      recordWrite(
        table,
        policyRecordKey(domain),
        stored,
        stamp,
        after && {
          source: { S: JSON.stringify(after.source ?? null) },
          calendars: { B: pack(after.calendars) },
        },
      ),
      {
        key: policyKey(domain),
        ...(after && { put: { version, json: { S: JSON.stringify(after.compiled) } } }),
      },
      historyWrite(table, policyHistory(domain), stamp, after ? 'put' : 'delete', before),
      domainWrite(domain, after),
      ...(copies?.checks ?? []),
    ]);
    return after;
  });
}

/**
 * Whether two policies say the same, whatever their versions; of calendars that are fetched, whether
 * their addresses are.
 */
export function isSamePolicy(a: PolicyInput, b: PolicyInput): boolean {
  const content = ({ source, calendars = {}, compiled }: PolicyInput): unknown => {
    const said = { ...compiled, version: 0, calendars: asWritten(compiled.calendars) };
    return JSON.parse(JSON.stringify({ source, calendars, compiled: said }));
  };
  return isDeepStrictEqual(content(a), content(b));
}

const asWritten = (calendars: Policy['calendars']): Policy['calendars'] =>
  Object.fromEntries(
    Object.entries(calendars).map(([name, one]) => [
      name,
      one.url === undefined ? one : { url: one.url, days: [] },
    ]),
  );

export async function getPolicyRecord(
  table: Table,
  domain: string,
): Promise<PolicyRecord | undefined> {
  const stored = await readBoth(table, domain);
  return stored && asRecord(stored);
}

type StoredPolicy = Stored & { readonly compiled?: string | undefined };

/** Source and compiled form would not fit one item; a transaction reads them as one. */
async function readBoth(table: Table, domain: string): Promise<StoredPolicy | undefined> {
  const keys = [policyRecordKey(domain), policyKey(domain)];
  const request = {
    TransactItems: keys.map(({ pk, sk }) => ({
      Get: { TableName: table.name, Key: { pk: { S: pk }, sk: { S: sk } } },
    })),
  };
  const { Responses } = await persist(() =>
    table.client.send(new TransactGetItemsCommand(request)),
  );
  const record = Responses?.[0]?.Item;
  return record && { ...asStored(record), compiled: Responses?.[1]?.Item?.json?.S };
}

function asRecord({ stamp, item, compiled }: StoredPolicy): PolicyRecord | undefined {
  if (!item || compiled === undefined) return undefined;
  return {
    ...stamp,
    source: JSON.parse(item.source?.S ?? 'null'),
    calendars: item.calendars?.B ? unpack(item.calendars.B) : {},
    compiled: JSON.parse(compiled),
  };
}
