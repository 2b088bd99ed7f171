import { isDeepStrictEqual } from 'node:util';
import {
  getPolicyRecord,
  isSamePolicy,
  type PolicyInput,
  type PolicyRecord,
} from '../../store/policies.ts';
import {
  allSubscribers,
  isUnchanged,
  type ManagedBy,
  type SubscriberInput,
  type SubscriberRecord,
} from '../../store/subscribers.ts';
import type { Table } from '../../store/table.ts';

/** What is to hold for a domain: everything that its documents say. */
export interface Desired {
  readonly domain: string;
  readonly policy: PolicyInput;
  /** By user; those who are not here are to go. */
  readonly subscribers: ReadonlyMap<string, SubscriberInput>;
}

/** What one subscriber's part of a plan is; `expect` is the version it was made on, 0 for none. */
export type SubscriberStep = {
  readonly user: string;
  readonly expect: number;
  /** All names he has now. */
  readonly names: readonly string[];
} & (
  | { readonly kind: 'add'; readonly next: SubscriberInput }
  | { readonly kind: 'change'; readonly next: SubscriberInput; readonly before: Shown }
  | { readonly kind: 'remove'; readonly before: Shown }
);

/** What was there, to be shown beside what comes. */
export interface Shown {
  readonly source: unknown;
  readonly managedBy: ManagedBy;
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

/** Whether applying the plan would change nothing. */
export const isEmpty = (plan: Plan): boolean => !plan.policy && plan.subscribers.length === 0;

/**
 * Compares what is to hold with what holds. Only reads; keeps only what differs. Who manages his own
 * rules is left alone unless `desired` has them too (`withOwnRules`).
 */
export async function makePlan(table: Table, desired: Desired): Promise<Plan> {
  const { domain } = desired;
  const before = await getPolicyRecord(table, domain);
  const steps: SubscriberStep[] = [];
  const seen = new Set<string>();
  for await (const record of allSubscribers(table, domain)) {
    seen.add(record.user);
    const next = desired.subscribers.get(record.user);
    const { user, version: expect, source, managedBy, who, from, at } = record;
    const step = {
      user,
      expect,
      names: [user, ...record.compiled.aliases],
      before: { source, managedBy, who, from, at },
    };
    if (!next) steps.push({ ...step, kind: 'remove' });
    else if (!isHandedOver(record, next) && !isUnchanged(record, next)) {
      steps.push({ ...step, kind: 'change', next });
    }
  }
  const unchanged = seen.size - steps.length;
  for (const [user, next] of desired.subscribers) {
    if (!seen.has(user)) steps.push({ kind: 'add', user, expect: 0, names: [], next });
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

/** Whether the rules are the subscriber's own, and others than the documents have. */
const isHandedOver = (record: SubscriberRecord, next: SubscriberInput): boolean =>
  record.managedBy === 'subscriber' &&
  next.managedBy === 'subscriber' &&
  !isDeepStrictEqual(rulesIn(record.source), rulesIn(next.source));

const rulesIn = (source: unknown): unknown => (source as { rules?: unknown } | null)?.rules ?? [];
