import { isDirectoryWhole, listInDirectory, markDirectoryWhole } from '../store/directory.ts';
import { getListedDomain, listDomain } from '../store/domains.ts';
import { getPolicyRecord } from '../store/policies.ts';
import {
  getSubscriberRecord,
  type SubscriberRecord,
  subscriberPages,
} from '../store/subscribers.ts';
import type { Table } from '../store/table.ts';
import { Outrun } from '../store/transactions.ts';

/** A transaction has three items for each, and DynamoDB takes a hundred. */
const AT_ONCE = 30;

/**
 * Completes what is listed of a domain, once: its line in the list of domains, and everybody in its
 * directory whose record is from before there was one. Whoever changes a subscriber meanwhile lists
 * them too.
 */
export async function completeLists(table: Table, domain: string): Promise<void> {
  const listed = await getListedDomain(table, domain);
  if (!listed?.policy) {
    const record = await getPolicyRecord(table, domain);
    if (record) await listDomain(table, domain, record);
  }
  if (await isDirectoryWhole(table, domain)) return;
  for await (const { records } of subscriberPages(table, domain)) {
    for (let i = 0; i < records.length; i += AT_ONCE) {
      await list(table, domain, records.slice(i, i + AT_ONCE));
    }
  }
  await markDirectoryWhole(table, domain);
}

async function list(
  table: Table,
  domain: string,
  records: readonly SubscriberRecord[],
): Promise<void> {
  try {
    const compiled = records.map((record) => record.compiled);
    await listInDirectory(table, domain, compiled);
  } catch (error) {
    if (!(error instanceof Outrun)) throw error;
    // Somebody has changed: each by themselves, as they are now.
    for (const { user } of records) await listOne(table, domain, user);
  }
}

async function listOne(table: Table, domain: string, user: string): Promise<void> {
  for (;;) {
    const record = await getSubscriberRecord(table, domain, user);
    if (!record) return;
    try {
      return await listInDirectory(table, domain, [record.compiled]);
    } catch (error) {
      if (!(error instanceof Outrun)) throw error;
    }
  }
}
