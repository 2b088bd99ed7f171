import { isDeepStrictEqual } from 'node:util';
import type { Policy, Subscriber } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import { compiledOrThrow, compileOne, compilePhone } from '../provision/compile-subscriber.ts';
import { endlessCircle } from '../provision/forwarding-loop.ts';
import { Names } from '../provision/live-directory.ts';
import { type PhoneSettings, phoneSettingsOf } from '../provision/phone-settings.ts';
import { followRenaming, renamingOf } from '../provision/renaming.ts';
import { createReader } from '../store/reader.ts';
import {
  changeSubscribers,
  getSubscriberRecord,
  type ManagedBy,
  type SubscriberRecord,
} from '../store/subscribers.ts';
import { type ApiRequest, authorOf, forcedOrRefused } from './context.ts';
import { ApiProblem, invalid } from './problem.ts';
import type { Replaceable, Resource, State } from './resource.ts';

/** A subscriber and the domain that he is in. */
export interface SubscriberPlace {
  readonly domain: string;
  /** His key. */
  readonly user: string;
  /** In words, for problems. */
  readonly what: string;
  readonly policy: Policy;
}

/** @throws {ApiProblem} 404 where there is no such domain */
export async function placeOf({ table, path }: ApiRequest): Promise<SubscriberPlace> {
  const domain = path.domain as string;
  const policy = await createReader(table.client, table.name).policy(domain, { consistent: true });
  if (!policy) throw new ApiProblem(404, `there is no domain ${domain}`);
  const user = keyOf(path.user as string, policy.plan);
  return { domain, user, what: `subscriber ${user} of ${domain}`, policy };
}

/** A subscriber: his part of the document. */
export function subscriberResource(request: ApiRequest, place: SubscriberPlace): Resource {
  const { table } = request;
  const { domain, user, what, policy } = place;
  let record: SubscriberRecord | undefined;
  return {
    what,
    read: async () => {
      record = await getSubscriberRecord(table, domain, user);
      return record && stateOf(record);
    },
    write: async (value) => stateOf(await writeSubscriber(request, place, record, value)),
    remove: async (before) => {
      const forced = forcedOrRefused(request, what);
      const renaming = record && renamingOf(new Names(table, domain), record.compiled, undefined);
      await followRenaming(table, policy, renaming, user);
      const change = { user, expect: before.version, next: undefined };
      await changeSubscribers(table, domain, [change], authorOf(request, forced));
    },
  };
}

/** A subscriber with his phone settings: what is put back as it was. */
export function snapshotResource(request: ApiRequest, place: SubscriberPlace): Replaceable {
  let record: SubscriberRecord | undefined;
  const state = (now: SubscriberRecord): State => ({
    version: now.version,
    at: now.at,
    value: snapshotOf(now, place.domain),
  });
  return {
    what: place.what,
    read: async () => {
      record = await getSubscriberRecord(request.table, place.domain, place.user);
      return record && state(record);
    },
    write: async (value) => {
      const { subscriber, phone } = value as Snapshot;
      return state(await writeSubscriber(request, place, record, subscriber, phone));
    },
  };
}

/** A subscriber's part of the document, and his phone settings, which no document has. */
export interface Snapshot {
  readonly subscriber: unknown;
  readonly phone: PhoneSettings;
}

export const snapshotOf = (record: SubscriberRecord, domain: string): Snapshot => ({
  subscriber: record.source,
  phone: phoneSettingsOf(record.compiled.phone, domain),
});

/**
 * Checks and stores a subscriber.
 *
 * @param record what is there now
 * @param settings his phone settings; absent: they stay
 * @throws {ApiProblem} 403, 409, 422
 */
async function writeSubscriber(
  request: ApiRequest,
  { domain, user, what, policy }: SubscriberPlace,
  record: SubscriberRecord | undefined,
  source: unknown,
  settings?: PhoneSettings,
): Promise<SubscriberRecord> {
  const { table } = request;
  checkRights(request, record, source);
  const names = new Names(table, domain);
  const compiled = compiledOrThrow(await compileOne(names, policy, user, source));
  const own = names.listed(compiled).names;
  const phone = settings
    ? compiledOrThrow(await compilePhone(names, policy, own, settings))
    : (record?.compiled.phone ?? []);
  await refuseCircle(request, names, domain, { ...compiled, phone });
  const forced = !isOwn(record, source) && forcedOrRefused(request, what);
  const author = authorOf(request, forced);
  const renaming = record && renamingOf(names, record.compiled, compiled);
  const follow = await followRenaming(table, policy, renaming, user);
  const next = { source, compiled, phone, managedBy: managerIn(source) };
  const change = { user, expect: record?.version ?? 0, next };
  const [after] = await changeSubscribers(table, domain, [change], author);
  await follow(author);
  return after as SubscriberRecord;
}

const stateOf = ({ version, at, source }: SubscriberRecord): State => ({
  version,
  at,
  value: source,
});

/**
 * An administrator is told the circle; a subscriber is not told to whom others forward.
 *
 * @throws {ApiProblem} 422 where a call to him could never end
 */
export async function refuseCircle(
  { caller }: ApiRequest,
  names: Names,
  domain: string,
  subscriber: Subscriber,
): Promise<void> {
  const users = await endlessCircle(names, domain, subscriber);
  if (!users) return;
  const path = caller.role === 'admin' ? `: ${[...users, users[0]].join(' → ')}` : '';
  const detail = `always forwards in a circle, so that no call could end${path}`;
  throw invalid([{ pointer: '', detail }]);
}

const managerIn = (source: unknown): ManagedBy =>
  (source as { managedBy?: unknown } | null)?.managedBy === 'subscriber' ? 'subscriber' : 'code';

/** Whether a change is about what the API may change: the rules of one who manages them himself. */
function isOwn(record: SubscriberRecord | undefined, value: unknown): boolean {
  return (
    record?.managedBy === 'subscriber' && isDeepStrictEqual(other(record.source), other(value))
  );
}

/** All but the rules. */
function other(source: unknown): unknown {
  if (typeof source !== 'object' || source === null) return source;
  const { rules: _, ...rest } = source as { rules?: unknown };
  return rest;
}

/** @throws {ApiProblem} 403 where a subscriber changes what the operator has not handed to him */
function checkRights(
  { caller }: ApiRequest,
  record: SubscriberRecord | undefined,
  value: unknown,
): void {
  if (caller.role !== 'subscriber' || isOwn(record, value)) return;
  throw new ApiProblem(
    403,
    record?.managedBy === 'subscriber'
      ? 'you may change your rules; everything else is for your operator to change'
      : 'your rules are managed by your operator; you may change your phone settings',
  );
}
