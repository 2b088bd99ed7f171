import type { Rule } from '../decide/model.ts';
import { compiledOrThrow, compilePhone } from '../provision/compile-subscriber.ts';
import { refuseLoop } from '../provision/forwarding-loop.ts';
import { Names } from '../provision/live-directory.ts';
import { phoneSettingsOf } from '../provision/phone-settings.ts';
import { Absent } from '../provision/refusal.ts';
import type { SubscriberPlace } from '../provision/subscriber.ts';
import {
  changeSubscribers,
  getSubscriberRecord,
  type SubscriberRecord,
} from '../store/subscribers.ts';
import { type ApiRequest, authorOf } from './context.ts';
import type { Resource, State } from './resource.ts';

/** What a subscriber set from their phone: their own, whoever manages their rules. */
export function phoneResource(
  request: ApiRequest,
  { domain, user, what, policy }: SubscriberPlace,
): Resource {
  const { table } = request;
  let record: SubscriberRecord | undefined;
  const stateOf = ({ version, at, compiled }: SubscriberRecord): State => ({
    version,
    at,
    value: phoneSettingsOf(compiled.phone, domain),
  });
  const store = async (
    { source, compiled }: SubscriberRecord,
    phone: readonly Rule[],
    expect: number,
  ): Promise<SubscriberRecord> => {
    const change = { user, expect, next: { source, compiled, phone } };
    const [after] = await changeSubscribers(table, domain, [change], authorOf(request));
    return after as SubscriberRecord;
  };
  return {
    what,
    read: async () => {
      record = await getSubscriberRecord(table, domain, user);
      return record && stateOf(record);
    },
    write: async (value, before) => {
      if (!record || !before) throw new Absent(what);
      const names = new Names(table, domain);
      const own = names.listed(record.compiled).names;
      const phone = compiledOrThrow(await compilePhone(names, policy, own, value));
      await refuseLoop(names, domain, { ...record.compiled, phone });
      return stateOf(await store(record, phone, before.version));
    },
    remove: async (before) => {
      if (record) await store(record, [], before.version);
    },
  };
}
