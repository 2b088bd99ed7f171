import { setTimeout as sleep } from 'node:timers/promises';
import { type Fetch, fetchDocument } from '../../fetch/fetch-document.ts';
import { AliasTaken, VersionConflict } from '../../store/errors.ts';
import { changePolicy } from '../../store/policies.ts';
import { changeSubscribers, type SubscriberChange } from '../../store/subscribers.ts';
import type { Author, Table } from '../../store/table.ts';
import { fetchFirstCopies } from '../calendar-copies.ts';
import { bringUpToDate } from '../up-to-date.ts';
import { pacer } from './pace.ts';
import type { Plan, SubscriberStep } from './plan.ts';
import { settle } from './settle.ts';
import { batchesOf, type Unit, unitsOf } from './units.ts';
import { widen } from './widen.ts';

export interface ApplyOptions {
  readonly author: Author;
  /** Transactions under way at once; default 16. */
  readonly concurrency?: number;
  /** Subscribers written per second; default: as fast as it goes. */
  readonly perSecond?: number;
  /** Called after each transaction with the subscribers written so far. */
  readonly onProgress?: (written: number) => void;
  /** How calendars are got that the table has no copy of; default: from the internet. */
  readonly fetch?: Fetch;
  /** Ends it between two transactions; running it again does the rest. */
  readonly signal?: AbortSignal;
}

/**
 * Somebody changed what the plan was made on, or it was interrupted. Everything written so far is
 * whole; a new plan shows the rest.
 */
export class ApplyStopped extends Error {
  readonly written: number;
  constructor(why: string, written: number, cause: unknown) {
    super(`${why}; stopped after ${written} subscribers: plan again to see what is left`, {
      cause,
    });
    this.name = 'ApplyStopped';
    this.written = written;
  }
}

/**
 * Does what a plan says: first what the policy gains, then the subscribers, each in one transaction
 * (with those with whom aliases are exchanged, or with a few others), then what the policy loses, so that a call at any
 * moment finds whatever a subscriber's rules refer to. Before all that it fetches the calendars that
 * the policy names for the first time. Throws `ApplyStopped`, `TooLarge`, `Invalid`.
 */
export async function apply(table: Table, plan: Plan, options: ApplyOptions): Promise<void> {
  let written = 0;
  const stopped = (cause: unknown): Error =>
    cause instanceof VersionConflict || cause instanceof AliasTaken
      ? new ApplyStopped(cause.message, written, cause)
      : (cause as Error);
  const writePolicy = async (next: NonNullable<Plan['policy']>['next'], expect: number) => {
    const record = await changePolicy(table, plan.domain, next, options.author, expect);
    return record?.version ?? expect;
  };
  try {
    const { policy } = plan;
    if (policy) {
      const { calendars } = policy.next.compiled;
      const { author, fetch = fetchDocument } = options;
      await fetchFirstCopies(table, plan.domain, calendars, fetch, author);
    }
    const widened = policy && widen(policy.before, policy.next);
    const needs = widened ? await writePolicy(widened, plan.policyVersion) : plan.policyVersion;
    const write = (changes: readonly SubscriberChange[]) =>
      changeSubscribers(table, plan.domain, changes, options.author);
    await eachOf(batchesOf(unitsOf(plan.subscribers)), options, async (unit) => {
      const current = { ...unit, steps: unit.steps.map((step) => needing(step, needs)) };
      if (unit.fits) await write(current.steps.map(changeOf));
      else await settle(current, write);
      written += unit.steps.length;
      options.onProgress?.(written);
    });
    if (policy && widened !== policy.next) await writePolicy(policy.next, needs);
    if (!options.signal?.aborted) await bringUpToDate(table, plan.domain);
  } catch (error) {
    throw stopped(error);
  }
  if (options.signal?.aborted && written < plan.subscribers.length) {
    throw new ApplyStopped('interrupted', written, options.signal.reason);
  }
}

/** Rules refer to the policy that is in place by now. */
function needing(step: SubscriberStep, needs: number): SubscriberStep {
  if (step.kind === 'remove') return step;
  return { ...step, next: { ...step.next, compiled: { ...step.next.compiled, needs } } };
}

const changeOf = (step: SubscriberStep): SubscriberChange => ({
  user: step.user,
  expect: step.expect,
  next: step.kind === 'remove' ? undefined : step.next,
});

/** Does all, several at once, at the wanted rate; after a failure no more are begun. */
async function eachOf(
  queue: Iterator<Unit> & Iterable<Unit>,
  { concurrency = 16, perSecond, signal }: ApplyOptions,
  work: (unit: Unit) => Promise<void>,
): Promise<void> {
  const pace = perSecond === undefined ? () => 0 : pacer(perSecond);
  let failure: unknown;
  const worker = async (): Promise<void> => {
    for (const unit of queue) {
      const wait = pace(unit.steps.length, Date.now());
      if (wait > 0) await sleep(wait);
      if (failure !== undefined || signal?.aborted) return;
      try {
        await work(unit);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (failure !== undefined) throw failure;
}
