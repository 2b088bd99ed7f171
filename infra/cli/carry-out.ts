import { type ApplyOptions, ApplyStopped, apply } from '../../functions/provision/apply/apply.ts';
import { isEmpty, type Plan } from '../../functions/provision/apply/plan.ts';
import { losing, removalText, removesTooMany } from '../../functions/provision/apply/removals.ts';
import { bringUpToDate } from '../../functions/provision/up-to-date.ts';
import { EXIT, Failure } from './failure.ts';
import type { Output } from './output.ts';
import type { PaceOptions } from './pace.ts';
import { planFacts } from './plan-facts.ts';
import { phoneText, planText } from './plan-text.ts';
import { told } from './refused.ts';
import { authorOf, type Place } from './stage.ts';
import { confirmed, paintFor, progress } from './terminal.ts';

/** How plans are done, whatever command made them. */
export interface CarryOutOptions extends PaceOptions {
  readonly yes?: true;
  readonly all?: true;
  readonly allowRemovals?: true;
}

/** What was done of one domain: subscribers, by what happened to them. */
interface Done {
  readonly domain: string;
  readonly policy?: 'changed' | 'added';
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly seconds: number;
}

/**
 * Shows plans, asks, and does them, after `first`. `command` goes into the history. Throws
 * `Failure`, `ApplyStopped`.
 */
export async function carryOut(
  place: Place,
  plans: readonly Plan[],
  command: string,
  options: CarryOutOptions,
  output: Output,
  first?: () => Promise<void>,
): Promise<void> {
  const done: Done[] = [];
  output.text(planText(plans, paintFor(process.stdout), options.all));
  output.facts({ plans: plans.map(planFacts), done });
  for (const plan of plans) if (isEmpty(plan)) await bringUpToDate(place.table, plan.domain);
  if (plans.every(isEmpty) && !first) return;
  refuseRemovals(plans, options);
  if (!options.yes && !(await confirmed(`\n${whatGoes(plans)}Change ${place.table.name}?`))) {
    process.stderr.write('Nothing was changed.\n');
    process.exitCode = EXIT.failed;
    return;
  }
  await first?.();
  for (const plan of plans) {
    if (isEmpty(plan)) continue;
    const one = await applyPlan(place, plan, command, options);
    if (!one) continue;
    done.push(one);
    output.text(doneText(one));
  }
}

/** Throws `Failure` where more would go than goes by itself, and nobody has said that it is meant. */
function refuseRemovals(plans: readonly Plan[], { allowRemovals }: CarryOutOptions): void {
  const wholesale = plans.filter(removesTooMany);
  if (allowRemovals || wholesale.length === 0) return;
  throw new Failure(
    `${wholesale.map(removalText).join('\n')}\nNothing was changed. Is it the right file? If this is meant: --allow-removals`,
  );
}

/** So many are named in a question. */
const NAMED = 20;

/** Who goes, and what they set by phone goes with them: what a yes is about. */
function whatGoes(plans: readonly Plan[]): string {
  const lines = plans.flatMap((plan) =>
    losing(plan).map((step) => {
      const phone = step.kind === 'remove' ? phoneText(step.before.phone) : '';
      return `  ${step.user}@${plan.domain}${phone && `, with what they set by phone (${phone})`}\n`;
    }),
  );
  if (lines.length === 0) return '';
  const more = lines.length > NAMED ? `  and ${lines.length - NAMED} more\n` : '';
  return `${lines.length} would lose their rules:\n${lines.slice(0, NAMED).join('')}${more}`;
}

/**
 * Does one domain's plan, showing how far it is; undefined where it was interrupted. Throws
 * `ApplyStopped` and what `apply` throws.
 */
async function applyPlan(
  place: Place,
  plan: Plan,
  command: string,
  options: CarryOutOptions,
): Promise<Done | undefined> {
  const total = plan.subscribers.length;
  const bar = progress(total, `subscribers of ${plan.domain}`);
  const started = Date.now();
  const interrupted = new AbortController();
  // The second Ctrl-C is Node's own: it ends at once, which does no harm either.
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const settings: ApplyOptions = {
    author: authorOf(place, command),
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    ...(options.rate !== undefined && { perSecond: options.rate }),
    onProgress: bar.at,
    signal: interrupted.signal,
  };
  try {
    await told(() => apply(place.table, plan, settings));
  } catch (error) {
    if (!(error instanceof ApplyStopped) || !interrupted.signal.aborted) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.interrupted;
    return undefined;
  } finally {
    bar.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  const count = (kind: string) => plan.subscribers.filter((step) => step.kind === kind).length;
  return {
    domain: plan.domain,
    ...(plan.policy && { policy: plan.policy.before ? 'changed' : 'added' }),
    ...{ added: count('add'), changed: count('change'), removed: count('remove') },
    seconds: (Date.now() - started) / 1000,
  };
}

const doneText = ({ domain, policy, added, changed, removed, seconds }: Done): string =>
  `${domain}: ${policy ? `policy ${policy}, ` : ''}${added} added, ${changed} changed, ${removed} removed in ${seconds.toFixed(1)} s\n`;
