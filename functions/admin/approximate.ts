import { isObject } from '../rules/schema/is-object.ts';
import type { Unknown } from './found-call.ts';
import type { Explained } from './services.ts';

/** Conditions about what a found call may not tell. */
const ABOUT: Readonly<Record<Unknown, readonly string[]>> = {
  caller: ['callers'],
  called: ['called'],
  headers: ['diverted'],
};
/** Of callers, those that headers or the source address decide. */
const BY_HEADERS = /^(?:not )?(?:verified|unverified|internal|external)$/;

/**
 * Whether the explanation of a found call may be of another one: a condition was looked at whose
 * fact is masked or not logged, or what was decided then does not come out.
 *
 * @param found the body's `found`
 */
export function isApproximate({ decision, considered }: Explained, found: unknown): boolean {
  if (!isObject(found)) return false;
  const unknown = Array.isArray(found.unknown) ? found.unknown : [];
  const mattered = considered.some(({ conditions }) =>
    conditions.some(({ condition, value }) => {
      if (unknown.some((what) => (ABOUT[what as Unknown] ?? []).includes(condition))) return true;
      const callers = condition === 'callers' && Array.isArray(value) ? value : [];
      return unknown.includes('headers') && callers.some((one) => BY_HEADERS.test(String(one)));
    }),
  );
  const told: Readonly<Record<string, unknown>> = { ...decision };
  const other = ['action', 'status', 'rule'].some((name) => found[name] !== told[name]);
  return mattered || other;
}
