import type { Policy, Subscriber } from '../decide/model.ts';
import { findCircles } from './circles.ts';
import { directoryOf, type Names, namesOf } from './directory.ts';
import { documentShape, type RulesDocument, type SubscriberSource } from './document.ts';
import { compilePolicy, domainFacts } from './policy.ts';
import { type Fault, gather, pointerTo } from './problem.ts';
import { soundnessAfter } from './soundness.ts';
import { compileSubscriber } from './subscriber.ts';

/** Most bytes of a compiled policy. */
const LARGEST_POLICY = 300 * 1024;

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
}

/**
 * Checks a whole document, of which nothing is assumed, and compiles it into what is stored. What
 * is faulty is left out and the rest judged all the same, so that all mistakes are told at once.
 */
export function compile(source: unknown, options: CompileOptions): Compiled {
  const { report, faults } = gather();
  const warnings = gather();
  documentShape.check(source, '', report);
  const sound = soundnessAfter(faults);
  const document = (isMapping(source) ? source : {}) as Partial<RulesDocument>;
  const context = {
    now: options.now,
    calendars: options.calendars ?? {},
    sound,
    report,
    warn: warnings.report,
  };

  const facts = domainFacts(document, context);
  const sources = Object.entries(sound.itself('/subscribers') ? (document.subscribers ?? {}) : {});
  const owners = new Map<string, string>();
  const named = sources.map(([name, given]) => {
    const pointer = pointerTo('/subscribers', name);
    const source: SubscriberSource = sound.itself(pointer) ? given : {};
    const aliases = sound.itself(`${pointer}/aliases`) ? (source.aliases ?? []) : [];
    const names = namesOf(name, aliases, facts, (key) => owners.get(key), pointer, report);
    for (const key of [names.user, ...names.aliases]) owners.set(key, names.user);
    return { source, names, pointer };
  });
  const directory = directoryOf(
    facts.domain,
    named.map(({ names }): Names => names),
  );
  const policy = compilePolicy(document, facts, directory, context);
  const bytes = Buffer.byteLength(JSON.stringify(policy));
  if (bytes > LARGEST_POLICY) {
    const size = Math.ceil(bytes / 1024);
    report('', `takes ${size} KB without subscribers when compiled, and at most 300 KB are stored`);
  }
  const groups = new Set(Object.keys(policy.groups));
  const subscribers = named.map(({ source, names, pointer }) =>
    compileSubscriber(source, names, pointer, { policy, directory, groups, sound, report }),
  );
  for (const { users, endless } of findCircles(facts.domain, subscribers)) {
    const pointer = named.find(({ names }) => names.user === users[0])?.pointer ?? '';
    const path = [...users, users[0]].join(' → ');
    if (endless) {
      report(pointer, `always forwards in a circle, so that no call could end: ${path}`, 'key');
    } else warnings.report(pointer, `forwards in a circle: ${path}`, 'key');
  }
  return { policy, subscribers, problems: faults, warnings: warnings.faults };
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
