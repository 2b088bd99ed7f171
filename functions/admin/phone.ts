import { isDeepStrictEqual } from 'node:util';
import { changePhone } from '../provision/phone.ts';
import { phoneSettingsOf } from '../provision/phone-settings.ts';
import { Absent } from '../provision/refusal.ts';
import type { SubscriberPlace } from '../provision/subscriber.ts';
import { PHONE_FEATURES, withoutNulls } from '../rules/phone-settings.ts';
import { isObject } from '../rules/schema/is-object.ts';
import { getSubscriberRecord, type SubscriberRecord } from '../store/subscribers.ts';
import { type ApiRequest, authorOf } from './context.ts';
import type { Resource, State } from './resource.ts';

/** What a subscriber set from their phone: their own, whoever manages their rules. */
export function phoneResource(
  request: ApiRequest,
  { domain, user, what, policy }: SubscriberPlace,
): Resource {
  const { table } = request;
  const stateOf = (record: SubscriberRecord): State => ({
    version: record.version,
    at: record.at,
    value: phoneSettingsOf(record, domain),
  });
  const write = async (settings: unknown, before: State | undefined): Promise<State> => {
    const author = authorOf(request);
    const record = await changePhone(table, policy, user, () => settings, author, before?.version);
    if (!record) throw new Absent(what);
    return stateOf(record);
  };
  return {
    what,
    read: async () => {
      const record = await getSubscriberRecord(table, domain, user);
      return record && stateOf(record);
    },
    same: (value, { value: now }) => isDeepStrictEqual(inFull(value), now),
    write,
    remove: async (before) => void (await write({}, before)),
  };
}

/** Settings with what a short form leaves out. */
function inFull(settings: unknown): unknown {
  const given = withoutNulls(settings);
  if (!isObject(given)) return given;
  const full = { ...given };
  for (const feature of [...PHONE_FEATURES, 'dnd']) {
    const setting = typeof given[feature] === 'string' ? { to: given[feature] } : given[feature];
    if (isObject(setting)) full[feature] = { active: true, ...setting };
  }
  return full;
}
