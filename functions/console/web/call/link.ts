import { link } from '../place.ts';
import type { FoundCall } from './found.ts';
import { OUTCOMES } from './question.ts';

/**
 * Leads to why a found call went where it went. What is to be asked stands in the place, beside what
 * a person may change of it.
 */
export function foundLink(path: readonly string[], call: FoundCall): string {
  const { at, caller, trigger, explain } = call;
  return link(path, {
    ...{ at, from: caller, found: JSON.stringify(explain) },
    outcome: trigger !== undefined && trigger in OUTCOMES ? trigger : undefined,
  });
}
