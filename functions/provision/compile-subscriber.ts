import type { Policy, Subscriber } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import {
  type Directory,
  type Listed,
  type Names as NameList,
  namesOf,
} from '../rules/directory.ts';
import { type SubscriberSource, subscriberShape } from '../rules/schema/document.ts';
import { gather } from '../rules/source/fault.ts';
import { withoutFaults } from '../rules/source/without-faults.ts';
import { compileSubscriber } from '../rules/subscriber.ts';
import type { Names } from './live-directory.ts';
import { Invalid, type Mistake, mistakesOf } from './refusal.ts';

/**
 * Compiles one part of a domain's document against the others as the table has them: the same
 * code, and so the same result, as applying the whole document.
 */

/** A compiled part, or all that is wrong with it. */
export interface Outcome<T> {
  readonly compiled: T;
  readonly mistakes: readonly Mistake[];
}

/** @throws {Invalid} with every mistake */
export function compiledOrThrow<T>({ compiled, mistakes }: Outcome<T>): T {
  if (mistakes.length > 0) throw new Invalid(mistakes);
  return compiled;
}

/** Keys that are about to be somebody's, or, where undefined, nobody's. */
export type Renaming = ReadonlyMap<string, Listed | undefined>;

/**
 * Compiles a subscriber, of whose source nothing is assumed.
 *
 * @param name their name, as it is to be spelt
 */
export async function compileOne(
  names: Names,
  policy: Policy,
  name: string,
  source: unknown,
  renaming?: Renaming,
): Promise<Outcome<Subscriber>> {
  const { compiled, mistakes } = await names.resolve(
    (directory) => compileWith(names, directory, policy, name, source),
    renaming,
  );
  return { compiled: { ...compiled, needs: policy.version }, mistakes };
}

function compileWith(
  names: Names,
  others: Directory,
  policy: Policy,
  name: string,
  source: unknown,
): Outcome<Subscriber> {
  const user = keyOf(name, policy.plan);
  const { report, faults } = gather();
  subscriberShape.check(source, '', report);
  const given = withoutFaults<SubscriberSource>(source, faults) ?? {};
  const owner = (key: string): string | undefined => {
    const found = others.find(key)?.user;
    return found === user ? undefined : found;
  };
  const own = namesOf(name, given.aliases, policy, owner, '', report);
  const compiled = compileSubscriber(given, own, '', {
    policy,
    directory: withOwn(others, names.listed(own), own),
    groups: new Set(Object.keys(policy.groups)),
    report,
  });
  return { compiled, mistakes: mistakesOf(faults) };
}

/** The others, and the subscriber themselves as they are about to be. */
function withOwn(others: Directory, listed: Listed, { user, aliases }: NameList): Directory {
  const own = new Set([user, ...aliases]);
  return {
    find: (key) => {
      if (own.has(key)) return listed;
      const other = others.find(key);
      return other?.user === user ? undefined : other;
    },
    keys: () => [...own, ...others.keys()],
  };
}
