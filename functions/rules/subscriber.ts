import type { Policy, Subscriber } from '../decide/model.ts';
import { zoneFault } from './calendars/zone.ts';
import type { Directory, Names } from './directory.ts';
import { compileRules } from './rule.ts';
import type { SubscriberSource } from './schema/document.ts';
import { hint, quoted, type Report } from './source/fault.ts';
import type { WithoutFaults } from './source/without-faults.ts';

/** Most kilobytes of one subscriber's rules, as JSON: what the store takes too. */
const LARGEST_RULES = 32;

export interface SubscriberContext {
  readonly policy: Omit<Policy, 'first' | 'finally'>;
  readonly directory: Directory;
  /** Names of the domain's groups. */
  readonly groups: ReadonlySet<string>;
  readonly report: Report;
}

/** Compiles one subscriber. Versions are left to the store, phone settings to feature codes. */
export function compileSubscriber(
  source: WithoutFaults<SubscriberSource>,
  { user, spelled, aliases }: Names,
  pointer: string,
  context: SubscriberContext,
): Subscriber {
  const { policy, report } = context;
  const fault = source.timezone === undefined ? undefined : zoneFault(source.timezone);
  if (fault) report(`${pointer}/timezone`, fault);
  const timezone = fault ? undefined : source.timezone;
  const rules = compileRules(source.rules, `${pointer}/rules`, {
    ...context,
    timezone: timezone ?? policy.timezone,
    unnamed: 'rule',
    own: new Set([user, ...aliases]),
  });
  const templates = Object.keys(policy.templates ?? {});
  if (source.use !== undefined && !templates.includes(source.use)) {
    const near = hint(source.use, templates);
    report(`${pointer}/use`, `unknown template ${quoted(source.use)}${near}`);
  }
  const kilobytes = Math.ceil(Buffer.byteLength(JSON.stringify(source.rules ?? [])) / 1024);
  if (kilobytes > LARGEST_RULES) {
    const most = `at most ${LARGEST_RULES} KB are stored`;
    report(`${pointer}/rules`, `are ${kilobytes} KB as JSON, and ${most}`, 'content');
  }
  return {
    user,
    ...(spelled !== undefined && { spelled }),
    aliases,
    needs: 0,
    version: 0,
    ...(timezone !== undefined && { timezone }),
    ...(source.privacy === 'full' && { privacy: 'full' }),
    phone: [],
    rules,
    ...(source.use !== undefined && { use: source.use }),
  };
}
