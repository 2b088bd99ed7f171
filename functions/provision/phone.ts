import type { Policy, Subscriber } from '../decide/model.ts';
import {
  type CompiledPhone,
  compilePhone,
  type PhoneSettings,
  phoneShape,
  refitPhone,
  withoutNulls,
} from '../rules/phone-settings.ts';
import { gather } from '../rules/source/fault.ts';
import { withoutFaults } from '../rules/source/without-faults.ts';
import { VersionConflict } from '../store/errors.ts';
import {
  changeSubscribers,
  getSubscriberRecord,
  type SubscriberRecord,
} from '../store/subscribers.ts';
import type { Author, Table } from '../store/table.ts';
import type { Outcome } from './compile-subscriber.ts';
import { compiledOrThrow } from './compile-subscriber.ts';
import { refuseLoop } from './forwarding-loop.ts';
import { onCurrent } from './judging.ts';
import { Names } from './live-directory.ts';
import { phoneSettingsOf } from './phone-settings.ts';
import { mistakesOf } from './refusal.ts';

/** Of the subscriber whose settings they are. */
export interface PhoneOwner {
  readonly policy: Policy;
  /** Their identities. */
  readonly own: readonly string[];
  readonly timezone: string;
}

/** Compiles phone settings, of which nothing is assumed. */
export async function compileGiven(
  names: Names,
  owner: PhoneOwner,
  settings: unknown,
): Promise<Outcome<CompiledPhone>> {
  return names.resolve((directory) => {
    const { report, faults } = gather();
    const given = withoutNulls(settings);
    phoneShape.check(given, '', report);
    const sound = withoutFaults<PhoneSettings>(given, faults) ?? {};
    const compiled = compilePhone(sound, { ...owner, directory, report });
    return { compiled, mistakes: mistakesOf(faults) };
  });
}

/** The zone and names that phone settings are compiled by. */
export const ownerOf = (names: Names, policy: Policy, compiled: Rest): PhoneOwner => ({
  policy,
  own: names.listed(compiled).names,
  timezone: compiled.timezone ?? policy.timezone,
});
type Rest = Pick<Subscriber, 'user' | 'aliases' | 'timezone'>;

/**
 * A subscriber's phone settings, compiled by the names that there are now. Those whose target is
 * none any longer are switched off.
 *
 * @param compiled who they are about to be
 */
export async function refitted(
  names: Names,
  policy: Policy,
  record: SubscriberRecord | undefined,
  compiled: Rest,
): Promise<ReturnType<typeof refitPhone>> {
  const settings = record ? phoneSettingsOf(record, policy.domain) : {};
  const owner = ownerOf(names, policy, compiled);
  return names.resolve((directory) => refitPhone(settings, { ...owner, directory }));
}

/**
 * Changes what a subscriber set from their phone: their own, whoever manages their rules. Done when
 * this returns, the next call reads it.
 *
 * @param next what follows from the settings that there are; asked again after another's change
 * @param expect the version that it was decided on; absent: whatever is there
 * @returns undefined where there is no such subscriber
 * @throws {Invalid | ForwardingLoop | VersionConflict}
 */
export async function changePhone(
  table: Table,
  policy: Policy,
  user: string,
  next: (settings: PhoneSettings) => unknown,
  author: Author,
  expect?: number,
): Promise<SubscriberRecord | undefined> {
  const { domain } = policy;
  return anyVersion(`${user}@${domain}`, expect, async () => {
    const record = await getSubscriberRecord(table, domain, user);
    if (!record) return undefined;
    const names = new Names(table, domain);
    const { source, compiled } = record;
    const owner = ownerOf(names, policy, compiled);
    const wanted = next(phoneSettingsOf(record, domain));
    const phone = compiledOrThrow(await compileGiven(names, owner, wanted));
    await refuseLoop(names, domain, { ...compiled, phone: phone.rules });
    const change = {
      user,
      expect: expect ?? record.version,
      next: { source, compiled, phone },
      reliesOn: await names.read(),
    };
    const [after] = await changeSubscribers(table, domain, [change], author);
    return after;
  });
}

/** Who expects no version decides on whatever is there, again and again. */
async function anyVersion<T>(
  subject: string,
  expect: number | undefined,
  step: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await onCurrent(subject, step);
    } catch (error) {
      if (!(error instanceof VersionConflict) || expect !== undefined || attempt === 10)
        throw error;
    }
  }
}
