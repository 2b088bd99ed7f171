import { isDeepStrictEqual } from 'node:util';
import { identitiesOf } from '../../decide/identity.ts';
import { type Directory, directoryOf } from '../../rules/directory.ts';
import {
  type CompiledPhone,
  type FallenSetting,
  type PhoneSettings,
  refitPhone,
} from '../../rules/phone-settings.ts';
import { listHistory } from '../../store/history.ts';
import { subscriberHistory } from '../../store/keys.ts';
import {
  getPolicyRecord,
  isSamePolicy,
  type PolicyInput,
  type PolicyRecord,
} from '../../store/policies.ts';
import {
  isUnchanged,
  type ManagedBy,
  type SubscriberInput,
  type SubscriberRecord,
  subscriberPages,
} from '../../store/subscribers.ts';
import type { Table } from '../../store/table.ts';
import { phoneSettingsOf } from '../phone-settings.ts';

/** What is to hold for a domain: everything that its documents say. */
export interface Desired {
  readonly domain: string;
  readonly policy: PolicyInput;
  /** By user; those who are not here are to go. */
  readonly subscribers: ReadonlyMap<string, SubscriberInput>;
  /** `included`: also the rules that subscribers manage themselves are to be as they are here. */
  readonly ownRules?: 'included';
}

/** What one subscriber's part of a plan is; `expect` is the version it was made on, 0 for none. */
export type SubscriberStep = {
  readonly user: string;
  readonly expect: number;
  /** All names they have now. */
  readonly names: readonly string[];
} & (
  | {
      readonly kind: 'add';
      readonly next: SubscriberInput;
      /** What they had set by phone when they were removed, as far as the history goes back. */
      readonly formerPhone?: CompiledPhone;
    }
  | {
      readonly kind: 'change';
      readonly next: SubscriberInput;
      readonly before: Shown;
      /** Phone settings that are switched off, because their target is none any longer. */
      readonly fallen?: readonly FallenSetting[];
    }
  | { readonly kind: 'remove'; readonly before: Shown }
);

/** What was there, to be shown beside what comes. */
export interface Shown {
  readonly source: unknown;
  readonly managedBy: ManagedBy;
  readonly rules: number;
  /** What they set by phone: goes with them. */
  readonly phone: PhoneSettings;
  readonly who: string;
  readonly from: string;
  readonly at: string;
}

export interface Plan {
  readonly domain: string;
  /** Absent where the policy stays as it is. */
  readonly policy?: { readonly before: PolicyRecord | undefined; readonly next: PolicyInput };
  /** The version of the policy that holds now, 0 for none. */
  readonly policyVersion: number;
  readonly subscribers: readonly SubscriberStep[];
  /** Subscribers that stay as they are. */
  readonly unchanged: number;
}

/** Whether a step leaves a subscriber without any rule that they had. */
export const removed = (step: SubscriberStep): boolean =>
  step.kind === 'remove' ||
  (step.kind === 'change' && step.before.rules > 0 && step.next.compiled.rules.length === 0);

/** The plan, in which who comes back gets back what they had set by phone. */
export const withFormerPhone = (plan: Plan): Plan => ({
  ...plan,
  subscribers: plan.subscribers.map((step) =>
    step.kind === 'add' && step.formerPhone
      ? { ...step, next: { ...step.next, phone: step.formerPhone } }
      : step,
  ),
});

/** Whether applying the plan would change nothing. */
export const isEmpty = (plan: Plan): boolean => !plan.policy && plan.subscribers.length === 0;

/**
 * Compares what is to hold with what holds. Only reads; keeps only what differs. Who manages their
 * own rules is left alone unless `desired` has them too (`withOwnRules`).
 */
export async function makePlan(table: Table, desired: Desired): Promise<Plan> {
  const { domain } = desired;
  const before = await getPolicyRecord(table, domain);
  const steps: SubscriberStep[] = [];
  const seen = new Set<string>();
  const gone = new Set<string>();
  const names = [...desired.subscribers.values()].map(({ compiled }) => compiled);
  const directory = directoryOf(domain, names);
  for await (const page of subscriberPages(table, domain)) {
    for (const user of page.removed) gone.add(user);
    for (const record of page.records) {
      seen.add(record.user);
      const step = changeOf(record, desired, directory);
      if (step) steps.push(step);
    }
  }
  const unchanged = seen.size - steps.length;
  for (const [user, next] of desired.subscribers) {
    if (seen.has(user)) continue;
    const former = gone.has(user) ? await phoneBefore(table, domain, user) : {};
    const formerPhone = phoneUnder(desired, directory, former, next);
    const given = next.phone?.settings as PhoneSettings | undefined;
    const whole = given ? { ...next, phone: phoneUnder(desired, directory, given, next) } : next;
    steps.push({
      ...{ kind: 'add', user, expect: 0, names: [], next: whole },
      ...(Object.keys(former).length > 0 && { formerPhone }),
    });
  }
  const policyStays = before !== undefined && isSamePolicy(before, desired.policy);
  return {
    domain,
    ...(!policyStays && { policy: { before, next: desired.policy } }),
    policyVersion: before?.version ?? 0,
    subscribers: steps,
    unchanged,
  };
}

/** What is to be done about somebody who is there; undefined: nothing. */
function changeOf(
  record: SubscriberRecord,
  desired: Desired,
  directory: Directory,
): SubscriberStep | undefined {
  const { domain, subscribers, ownRules } = desired;
  const { user, version: expect, source, compiled, managedBy, who, from, at } = record;
  const phone = phoneSettingsOf(record, domain);
  const step = {
    user,
    expect,
    names: [user, ...compiled.aliases],
    before: { source, managedBy, who, from, at, rules: compiled.rules.length, phone },
  };
  const said = subscribers.get(user);
  if (said === undefined) return { ...step, kind: 'remove' };
  const own = ownRules === undefined && isHandedOver(record, said);
  const next: SubscriberInput = own ? { source, compiled } : said;
  const wanted = (next.phone?.settings as PhoneSettings | undefined) ?? phone;
  const { fallen, ...fitted } = phoneUnder(desired, directory, wanted, next);
  const stays = next.phone === undefined && isSamePhone(fitted, compiled);
  const whole = stays ? next : { ...next, phone: fitted };
  if (isUnchanged(record, whole)) return undefined;
  return { ...step, kind: 'change', next: whole, ...(fallen.length > 0 && { fallen }) };
}

/** What phone settings compile to once the plan is applied. */
const phoneUnder = (
  { domain, policy }: Desired,
  directory: Directory,
  settings: PhoneSettings,
  { compiled }: SubscriberInput,
): ReturnType<typeof refitPhone> =>
  refitPhone(settings, {
    ...{ policy: policy.compiled, directory },
    own: identitiesOf(compiled, domain),
    timezone: compiled.timezone ?? policy.compiled.timezone,
  });

function isSamePhone(fitted: CompiledPhone, now: SubscriberRecord['compiled']): boolean {
  const stored = (rules: unknown, dnd: unknown): unknown =>
    JSON.parse(JSON.stringify([rules, dnd ?? null]));
  return isDeepStrictEqual(stored(fitted.rules, fitted.dnd), stored(now.phone, now.dnd));
}

/** What somebody who was removed had set by phone. */
async function phoneBefore(table: Table, domain: string, user: string): Promise<PhoneSettings> {
  const history = subscriberHistory(domain, user);
  const { entries } = await listHistory<SubscriberRecord>(table, history, { limit: 1 });
  const before = entries[0]?.before;
  return before ? phoneSettingsOf(before, domain) : {};
}

/** Whether the rules are the subscriber's own, and others than the documents have. */
const isHandedOver = (record: SubscriberRecord, next: SubscriberInput): boolean =>
  record.managedBy === 'subscriber' &&
  next.managedBy === 'subscriber' &&
  !isDeepStrictEqual(rulesIn(record.source), rulesIn(next.source));

const rulesIn = (source: unknown): unknown => (source as { rules?: unknown } | null)?.rules ?? [];
