import { MOST_RULES_BYTES, type Policy, type Subscriber } from '../decide/model.ts';
import { zoneFault } from './calendars/zone.ts';
import type { Directory, Names } from './directory.ts';
import { compileRules } from './rule.ts';
import type { SubscriberSource } from './schema/document.ts';
import { hint, quoted, type Report } from './source/fault.ts';
import type { WithoutFaults } from './source/without-faults.ts';

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
  const size = Buffer.byteLength(JSON.stringify(source.rules ?? []));
  if (size > MOST_RULES_BYTES) {
    const most = `at most ${MOST_RULES_BYTES / 1024} KB are stored`;
    const message = `are ${Math.ceil(size / 1024)} KB as JSON, and ${most}`;
    report(`${pointer}/rules`, message, 'content');
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
