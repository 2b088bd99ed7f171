import { isDeepStrictEqual } from 'node:util';
import { Problem } from '../http/problem.ts';
import { onCurrent } from '../provision/judging.ts';
import {
  checkSubscriber,
  removeSubscriber,
  type Snapshot,
  type SubscriberPlace,
  snapshotOf,
  storeSubscriber,
} from '../provision/subscriber.ts';
import type { PhoneSettings } from '../rules/phone-settings.ts';
import { isObject } from '../rules/schema/is-object.ts';
import { getSubscriberRecord, type SubscriberRecord } from '../store/subscribers.ts';
import { type ApiRequest, authorOf, forcedOrRefused } from './context.ts';
import type { Replaceable, Resource, State } from './resource.ts';

/** A subscriber: their part of the document. */
export function subscriberResource(request: ApiRequest, place: SubscriberPlace): Resource {
  const { table } = request;
  let record: SubscriberRecord | undefined;
  return {
    what: place.what,
    read: async () => {
      record = await getSubscriberRecord(table, place.domain, place.user);
      return record && stateOf(record);
    },
    write: async (value) => stateOf(await writeSubscriber(request, place, record, value)),
    remove: async () => {
      const author = authorOf(request, forcedOrRefused(request, place.what));
      if (record) await removeSubscriber(table, place, record, author);
    },
  };
}

/** A subscriber with their phone settings: what is put back as it was. */
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

/**
 * Checks and stores a subscriber, if the caller may.
 *
 * @param record what is there now
 * @param settings their phone settings; absent: they stay
 * @throws {Problem} 403, 409; what `checkSubscriber` and `storeSubscriber` throw
 */
async function writeSubscriber(
  request: ApiRequest,
  place: SubscriberPlace,
  record: SubscriberRecord | undefined,
  source: unknown,
  settings?: PhoneSettings,
): Promise<SubscriberRecord> {
  const { table } = request;
  checkRights(request, record, source);
  return onCurrent(place.what, async () => {
    const checked = await checkSubscriber(table, place, record, source, settings);
    const forced = !isOwn(record, source) && forcedOrRefused(request, place.what);
    return storeSubscriber(table, place, record, checked, authorOf(request, forced));
  });
}

const stateOf = ({ version, at, source }: SubscriberRecord): State => ({
  version,
  at,
  value: source,
});

/** Whether a change is about what the API may change: the rules of one who manages them themselves. */
function isOwn(record: SubscriberRecord | undefined, value: unknown): boolean {
  return (
    record?.managedBy === 'subscriber' && isDeepStrictEqual(other(record.source), other(value))
  );
}

/** All but the rules. */
function other(source: unknown): unknown {
  if (!isObject(source)) return source;
  const { rules: _, ...rest } = source;
  return rest;
}

/** @throws {Problem} 403 where a subscriber changes what the operator has not handed to them */
function checkRights(
  { caller }: ApiRequest,
  record: SubscriberRecord | undefined,
  value: unknown,
): void {
  if (caller.role !== 'subscriber' || isOwn(record, value)) return;
  throw new Problem(
    403,
    record?.managedBy === 'subscriber'
      ? 'you may change your rules; everything else is for your operator to change'
      : 'your rules are managed by your operator; you may change your phone settings',
  );
}
