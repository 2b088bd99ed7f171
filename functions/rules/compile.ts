import type { Policy, Subscriber } from '../decide/model.ts';
import { templateOf } from '../decide/template.ts';
import { findCircles } from './circles.ts';
import { directoryOf, type Names, namesOf } from './directory.ts';
import { warnOfLengths } from './number-lengths.ts';
import { compilePolicy, domainFacts } from './policy.ts';
import { documentShape, type RulesDocument } from './schema/document.ts';
import { type Fault, gather, pointerTo } from './source/fault.ts';
import { withoutFaults } from './source/without-faults.ts';
import { compileSubscriber } from './subscriber.ts';

export interface CompileOptions {
  /** Milliseconds since the epoch: from when calendars are expanded. */
  readonly now: number;
  /** The .ics files by the name under which calendars refer to them. */
  readonly calendars?: Readonly<Record<string, string>>;
}

export interface Compiled {
  /** Version 0, as the subscribers': the store gives versions. */
  readonly policy: Policy;
  readonly subscribers: readonly Subscriber[];
  /** All that is wrong. While there is anything, `policy` and `subscribers` are not to be used. */
  readonly problems: readonly Fault[];
  /** What is allowed, but probably not meant. */
  readonly warnings: readonly Fault[];
  /** What is good to know. */
  readonly notes: readonly Fault[];
}

/**
 * Checks a whole document, of which nothing is assumed, and compiles it into what is stored. What
 * is faulty is left out and the rest judged all the same, so that all mistakes are told at once.
 */
export function compile(source: unknown, options: CompileOptions): Compiled {
  const { report, faults } = gather();
  const { report: warn, faults: warnings } = gather();
  const { report: note, faults: notes } = gather();
  documentShape.check(source, '', report);
  const document = withoutFaults<RulesDocument>(source, faults) ?? {};

  const facts = domainFacts(document, report);
  const owners = new Map<string, string>();
  const named = Object.entries(document.subscribers ?? {}).map(([name, source = {}]) => {
    const pointer = pointerTo('/subscribers', name);
    const owner = (key: string): string | undefined => owners.get(key);
    const names = namesOf(name, source.aliases, facts, owner, pointer, report);
    for (const key of [names.user, ...names.aliases]) owners.set(key, names.user);
    return { source, names, pointer };
  });
  const directory = directoryOf(
    facts.domain,
    named.map(({ names }): Names => names),
  );
  const policy = compilePolicy(document, facts, directory, {
    now: options.now,
    calendars: options.calendars ?? {},
    report,
    warn,
    note,
  });
  const groups = new Set(Object.keys(policy.groups));
  const withTemplate = (one: Subscriber): Subscriber =>
    one.use === undefined ? one : { ...one, rules: [...one.rules, ...templateOf(policy, one)] };
  const subscribers = named.map(({ source, names, pointer }) =>
    compileSubscriber(source, names, pointer, { policy, directory, groups, report }),
  );
  warnOfLengths(document, facts.plan, warn);
  for (const { users, endless } of findCircles(facts.domain, subscribers.map(withTemplate))) {
    const pointer = named.find(({ names }) => names.user === users[0])?.pointer ?? '';
    const path = pathOf(users);
    if (endless) {
      report(pointer, `always forwards in a circle, so that no call could end: ${path}`, 'key');
    } else warn(pointer, `forwards in a circle: ${path}`, 'key');
  }
  return { policy, subscribers, problems: faults, warnings, notes };
}

/** A circle in words, `a → b → a`; of a long one the beginning and the end. */
function pathOf(users: readonly string[]): string {
  const shown = users.length > 10 ? [...users.slice(0, 5), '…', ...users.slice(-4)] : users;
  return [...shown, users[0]].join(' → ');
}
