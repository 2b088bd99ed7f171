import type { Policy, Subscriber } from '../decide/model.ts';
import type { Directory, Names } from './directory.ts';
import type { SubscriberSource } from './document.ts';
import type { Report } from './problem.ts';
import { compileRules } from './rule.ts';
import type { Soundness } from './soundness.ts';
import { zoneFault } from './zone.ts';

/** Most bytes of one subscriber's compiled rules. */
const LARGEST_RULES = 32 * 1024;

export interface SubscriberContext {
  readonly policy: Omit<Policy, 'first' | 'finally'>;
  readonly directory: Directory;
  /** Names of the domain's groups. */
  readonly groups: ReadonlySet<string>;
  readonly sound: Soundness;
  readonly report: Report;
}

/** Compiles one subscriber. Versions are left to the store, phone settings to feature codes. */
export function compileSubscriber(
  source: SubscriberSource,
  { user, aliases }: Names,
  pointer: string,
  context: SubscriberContext,
): Subscriber {
  const { policy, report, sound } = context;
  const zone = sound.whole(`${pointer}/timezone`) ? source.timezone : undefined;
  const fault = zone === undefined ? undefined : zoneFault(zone);
  if (fault) report(`${pointer}/timezone`, fault);
  const timezone = fault ? undefined : zone;
  const rules = sound.itself(`${pointer}/rules`)
    ? compileRules(source.rules ?? [], `${pointer}/rules`, {
        ...context,
        timezone: timezone ?? policy.timezone,
        unnamed: 'rule',
        own: new Set([user, ...aliases]),
      })
    : [];
  const bytes = Buffer.byteLength(JSON.stringify(rules));
  if (bytes > LARGEST_RULES) {
    report(`${pointer}/rules`, `take ${kib(bytes)} KB when compiled, and at most 32 KB are stored`);
  }
  return {
    user,
    aliases,
    needs: 0,
    version: 0,
    ...(timezone !== undefined && { timezone }),
    ...(source.privacy === 'full' && { privacy: 'full' }),
    phone: [],
    rules,
  };
}

function kib(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
