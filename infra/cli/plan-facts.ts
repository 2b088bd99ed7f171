import type { Plan, SubscriberStep } from '../../functions/provision/apply/plan.ts';
import { losing } from '../../functions/provision/apply/removals.ts';
import type { Stamp } from '../../functions/store/table.ts';
import { changedPastDocuments, phoneText } from './plan-text.ts';

/** A plan for programs: all that its text says, in the words of documents, and nothing compiled. */
export const planFacts = (plan: Plan): object => ({
  domain: plan.domain,
  ...(plan.policy && {
    policy: {
      kind: plan.policy.before ? 'change' : 'add',
      ...(plan.policy.before && beforeFacts(plan.policy.before)),
      next: plan.policy.next.source,
      calendars: Object.keys(plan.policy.next.calendars ?? {}),
    },
  }),
  changes: plan.subscribers.map(stepFacts),
  removals: losing(plan).map(({ user }) => user),
  unchanged: plan.unchanged,
});

function stepFacts(step: SubscriberStep): object {
  const { user, kind } = step;
  if (kind === 'remove') {
    return { user, kind, ...beforeFacts(step.before), phoneBefore: step.before.phone };
  }
  const next = { next: step.next.source, ...(step.next.phone && phoneFacts(step.next.phone)) };
  if (kind === 'add') {
    const former = step.formerPhone && { formerPhone: step.formerPhone.settings };
    return { user, kind, ...next, ...former };
  }
  const { before, fallen } = step;
  const phoneBefore = phoneText(before.phone) && { phoneBefore: before.phone };
  return { user, kind, ...beforeFacts(before), ...phoneBefore, ...next, ...(fallen && { fallen }) };
}

const phoneFacts = ({ settings }: { readonly settings: unknown }): object => ({ phone: settings });

const beforeFacts = (
  before: Pick<Stamp, 'who' | 'from' | 'at'> & { readonly source: unknown },
): object => {
  const { who, from, at, source } = before;
  return { before: source, ...(changedPastDocuments(before) && { drift: { who, from, at } }) };
};
