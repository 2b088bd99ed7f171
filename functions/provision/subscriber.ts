import type { Policy, Subscriber } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import type { CompiledPhone, PhoneSettings } from '../rules/phone-settings.ts';
import { sdkReader } from '../store/sdk-reader.ts';
import {
  changeSubscribers,
  type ManagedBy,
  nameOf,
  type SubscriberRecord,
} from '../store/subscribers.ts';
import type { Author, Table } from '../store/table.ts';
import { compiledOrThrow, compileOne } from './compile-subscriber.ts';
import { refuseLoop } from './forwarding-loop.ts';
import { Names } from './live-directory.ts';
import { compileGiven, ownerOf, refitted } from './phone.ts';
import { phoneSettingsOf } from './phone-settings.ts';
import { Absent } from './refusal.ts';
import { followRenaming, renamingOf } from './renaming.ts';

/** A subscriber and the domain that they are in. */
export interface SubscriberPlace {
  readonly domain: string;
  /** Their key. */
  readonly user: string;
  /** Their name as the one who asks spells it. */
  readonly name: string;
  /** In words, for messages. */
  readonly what: string;
  readonly policy: Policy;
}

/** @throws {Absent} where there is no such domain */
export async function placeOf(
  table: Table,
  domain: string,
  name: string,
): Promise<SubscriberPlace> {
  const policy = await sdkReader(table.client, table.name).policy(domain, { consistent: true });
  if (!policy) throw new Absent(`domain ${domain}`);
  const user = keyOf(name, policy.plan);
  return { domain, user, name, what: `subscriber ${user} of ${domain}`, policy };
}

/** A subscriber's part of the document, and their phone settings, which no document has. */
export interface Snapshot {
  readonly subscriber: unknown;
  readonly phone: PhoneSettings;
}

export const snapshotOf = (record: SubscriberRecord, domain: string): Snapshot => ({
  subscriber: record.source,
  phone: phoneSettingsOf(record, domain),
});

/** A change of a subscriber that was checked, and may be stored. */
export interface CheckedSubscriber {
  readonly source: unknown;
  readonly compiled: Subscriber;
  readonly phone: CompiledPhone;
  /** Others by whom it was judged. */
  readonly reliesOn: readonly Subscriber[];
}

/**
 * Checks what a subscriber is to become against the domain as it is now.
 *
 * @param record what is there now
 * @param settings their phone settings; absent: they stay, but for those whose target is none any
 *   longer, which are switched off
 * @throws {Invalid} with every mistake
 * @throws {ForwardingLoop}
 */
export async function checkSubscriber(
  table: Table,
  { domain, name, policy }: SubscriberPlace,
  record: SubscriberRecord | undefined,
  source: unknown,
  settings?: PhoneSettings,
): Promise<CheckedSubscriber> {
  const names = new Names(table, domain);
  const compiled = compiledOrThrow(
    await compileOne(names, policy, record ? nameOf(record) : name, source),
  );
  const { fallen: _, ...phone } = settings
    ? {
        fallen: [],
        ...compiledOrThrow(await compileGiven(names, ownerOf(names, policy, compiled), settings)),
      }
    : await refitted(names, policy, record, compiled);
  await refuseLoop(names, domain, { ...compiled, phone: phone.rules });
  return { source, compiled, phone, reliesOn: await names.read() };
}

/**
 * Stores a subscriber who was checked, and compiles anew the rules of others that name them.
 *
 * @throws {Refused} where rules of others would be left referring to nobody
 * @throws {VersionConflict} where `record` is no longer what is there
 * @throws {StaleJudgement} where somebody by whom it was judged has changed
 */
export async function storeSubscriber(
  table: Table,
  { domain, user, policy }: SubscriberPlace,
  record: SubscriberRecord | undefined,
  { source, compiled, phone, reliesOn }: CheckedSubscriber,
  author: Author,
): Promise<SubscriberRecord> {
  const renaming = record && renamingOf(new Names(table, domain), record.compiled, compiled);
  const follow = await followRenaming(table, policy, renaming, user);
  const next = { source, compiled, phone, managedBy: managerIn(source) };
  const change = { user, expect: record?.version ?? 0, next, reliesOn };
  const [after] = await changeSubscribers(table, domain, [change], author);
  await follow(author);
  return after as SubscriberRecord;
}

/**
 * Removes a subscriber.
 *
 * @throws {Refused} where rules of others refer to them
 */
export async function removeSubscriber(
  table: Table,
  { domain, user, policy }: SubscriberPlace,
  record: SubscriberRecord,
  author: Author,
): Promise<void> {
  const renaming = renamingOf(new Names(table, domain), record.compiled, undefined);
  await followRenaming(table, policy, renaming, user);
  const change = { user, expect: record.version, next: undefined };
  await changeSubscribers(table, domain, [change], author);
}

const managerIn = (source: unknown): ManagedBy =>
  (source as { managedBy?: unknown } | null)?.managedBy === 'subscriber' ? 'subscriber' : 'code';
