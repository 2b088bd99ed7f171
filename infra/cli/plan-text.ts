import { isEmpty, type Plan, type SubscriberStep } from '../../functions/provision/apply/plan.ts';
import { settingNotes } from '../../functions/provision/phone-settings.ts';
import type { PhoneSettings } from '../../functions/rules/phone-settings.ts';
import type { Stamp } from '../../functions/store/table.ts';
import { changedLines } from './changed-lines.ts';
import type { Colour, Paint } from './terminal.ts';

/** So many subscribers are shown in full; what else changes is counted. */
const SHOWN = 200;

const KINDS = {
  add: ['+', 'green'],
  change: ['~', 'yellow'],
  remove: ['-', 'red'],
} as const satisfies Record<SubscriberStep['kind'], readonly [string, Colour]>;

/** Plans as people read them: for each domain what is there and what comes, then a summary. */
export function planText(plans: readonly Plan[], paint: Paint, all = false): string {
  return plans.map((plan) => [...planLines(plan, paint, all), ''].join('\n')).join('\n');
}

function* planLines(plan: Plan, paint: Paint, all: boolean): Generator<string> {
  const { policy, subscribers } = plan;
  yield '';
  yield paint('bold', plan.domain);
  if (policy) {
    const kind = policy.before ? 'change' : 'add';
    yield title(kind, 'policy', policy.before, paint);
    yield* changedLines(policy.before?.source, policy.next.source, paint);
    const before = JSON.stringify(policy.before?.calendars ?? {});
    if (before !== JSON.stringify(policy.next.calendars ?? {})) {
      yield `      the contents of its .ics files change: ${Object.keys(policy.next.calendars ?? {}).join(', ') || 'none left'}`;
    }
  }
  const shown = all ? subscribers : subscribers.slice(0, SHOWN);
  for (const step of shown) {
    const before = step.kind === 'add' ? undefined : step.before;
    yield title(step.kind, step.user, before, paint);
    const next = step.kind === 'remove' ? undefined : step.next.source;
    yield* changedLines(before?.source, next, paint);
    yield* phoneLines(step);
    for (const { feature, to, why } of step.kind === 'change' ? (step.fallen ?? []) : []) {
      yield paint('yellow', `      set by phone, ${feature} to ${to}, is switched off: ${why}`);
    }
  }
  const hidden = subscribers.length - shown.length;
  if (hidden > 0) yield `  … and ${hidden} more; --all shows them`;
  yield summary(plan, paint);
}

/** What becomes of phone settings, which no document has: they go with who is removed. */
function* phoneLines(step: SubscriberStep): Generator<string> {
  if (step.kind === 'remove') {
    const phone = phoneText(step.before.phone);
    if (phone) yield `      goes with them, set by phone: ${phone}`;
  }
  if (step.kind === 'change' && step.next.phone) {
    const before = phoneText(step.before.phone) || 'nothing';
    const next = phoneText(step.next.phone.settings as PhoneSettings) || 'nothing';
    if (before !== next && !step.fallen) yield `      set by phone: ${next}, instead of ${before}`;
  }
  if (step.kind !== 'add' || !step.formerPhone) return;
  const phone = phoneText(step.formerPhone.settings);
  yield step.next.phone
    ? `      comes back, set by phone: ${phone}`
    : `      had set by phone before: ${phone}; --restore-phone brings it back`;
}

/** `always to +491771234567, busy to ann`; empty where nothing is set. */
export const phoneText = (phone: PhoneSettings): string => settingNotes(phone).join(', ');

function title(
  kind: SubscriberStep['kind'],
  name: string,
  before: Pick<Stamp, 'who' | 'from' | 'at'> | undefined,
  paint: Paint,
): string {
  const [sign, colour] = KINDS[kind];
  return `  ${paint(colour, `${sign} ${name}`)}${driftMark(before, paint)}`;
}

/** Whether what is there was changed by other ways than documents go. */
export const changedPastDocuments = ({ from }: Pick<Stamp, 'from'>): boolean =>
  /^(api forced|divert revert) /.test(from);

/** Says by whom what is there was changed past the documents; empty where it was not. */
export function driftMark(
  before: Pick<Stamp, 'who' | 'from' | 'at'> | undefined,
  paint: Paint,
): string {
  if (!before || !changedPastDocuments(before)) return '';
  const { who, from, at } = before;
  return `  ${paint('magenta', `drift: changed by ${who} (${from}) at ${at}`)}`;
}

function summary(plan: Plan, paint: Paint): string {
  if (isEmpty(plan)) return `  No changes: ${plan.unchanged} subscribers are as they should be.`;
  const count = (kind: SubscriberStep['kind']) =>
    plan.subscribers.filter((step) => step.kind === kind).length;
  const policy = plan.policy ? `policy to ${plan.policy.before ? 'change' : 'add'}; ` : '';
  return paint(
    'bold',
    `  ${policy}subscribers: ${count('add')} to add, ${count('change')} to change, ${count('remove')} to remove, ${plan.unchanged} unchanged`,
  );
}
