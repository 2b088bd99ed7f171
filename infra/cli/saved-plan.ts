import { readFileSync, writeFileSync } from 'node:fs';
import type { Plan } from '../../functions/provision/apply/plan.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import { getSubscriberRecord } from '../../functions/store/subscribers.ts';
import { Failure } from './failure.ts';
import type { Place } from './stage.ts';

/**
 * A plan in a file, so that what was reviewed is what is done. It has everything that applying
 * needs and is for one table; it holds phone numbers, as rules do.
 */

/** What the file says first: a newer form is refused, not guessed at. */
const FORM = 1;

interface SavedPlan {
  readonly divertPlan: number;
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  readonly table: string;
  readonly plans: readonly Plan[];
}

export function savePlan(path: string, place: Place, plans: readonly Plan[]): void {
  const { stage, account, region, table } = place;
  const saved: SavedPlan = {
    divertPlan: FORM,
    ...{ stage, account, region, table: table.name, plans },
  };
  writeFileSync(path, `${JSON.stringify(saved)}\n`);
}

/** The plans of a file that `divert plan --out` wrote; undefined where it is another file. */
export function readSavedPlan(path: string): SavedPlan | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined; // Read again, and told, as a document.
  }
  if (!text.startsWith('{"divertPlan":')) return undefined;
  try {
    const saved: SavedPlan = JSON.parse(text);
    if (saved.divertPlan === FORM) return saved;
  } catch {
    // Said below.
  }
  throw new Failure(`${path}: this plan can't be read: make it again with divert plan --out`);
}

/** Throws `Failure` where a plan is for another table, or the table has moved on since. */
export async function checkSavedPlan(saved: SavedPlan, place: Place): Promise<void> {
  if (saved.table !== place.table.name || saved.region !== place.region) {
    throw new Failure(
      `this plan is for table ${saved.table} in ${saved.region}, not ${place.table.name} in ${place.region}: see --stage`,
    );
  }
  for (const { domain, policyVersion, subscribers } of saved.plans) {
    const policy = await getPolicyRecord(place.table, domain);
    if ((policy?.version ?? 0) !== policyVersion) throw movedOn(`the policy of ${domain}`);
    for (const { user, expect } of subscribers) {
      const record = await getSubscriberRecord(place.table, domain, user);
      if ((record?.version ?? 0) !== expect) throw movedOn(`${user}@${domain}`);
    }
  }
}

const movedOn = (what: string): Failure =>
  new Failure(`${what} has changed since this plan was made: plan and review again`);
