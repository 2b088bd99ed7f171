import type { Policy } from '../decide/model.ts';
import { compilePolicy, domainFacts } from '../rules/policy.ts';
import { documentShape, type RulesDocument } from '../rules/schema/document.ts';
import { gather } from '../rules/source/fault.ts';
import { withoutFaults } from '../rules/source/without-faults.ts';
import type { Outcome, Renaming } from './compile-subscriber.ts';
import type { Names } from './live-directory.ts';
import { mistakesOf } from './refusal.ts';

/** Compiles a domain's policy: the document without its subscribers. */
export async function compileDomain(
  names: Names,
  source: unknown,
  calendars: Readonly<Record<string, string>>,
  now: number,
  renaming?: Renaming,
): Promise<Outcome<Policy>> {
  return names.resolve((directory) => {
    const { report, faults } = gather();
    documentShape.check(source, '', report);
    const document = withoutFaults<RulesDocument>(source, faults) ?? {};
    const context = { now, calendars, report, warn: () => {}, note: () => {} };
    const compiled = compilePolicy(document, domainFacts(document, report), directory, context);
    return { compiled, mistakes: mistakesOf(faults) };
  }, renaming);
}
