import { compile } from '../../rules/compile.ts';
import { type Fault, printProblem } from '../../rules/source/fault.ts';
import type { Loaded } from '../../rules/source/load.ts';
import { getSubscriberRecord } from '../../store/subscribers.ts';
import type { Table } from '../../store/table.ts';

type Said = Pick<Loaded, 'document' | 'calendars' | 'policy' | 'subscribers'>;
type Source = { readonly managedBy?: unknown; readonly rules?: unknown };

/** Rules that subscribers gave themselves do not fit what the documents are about to say. */
export class OwnRulesBroken extends Error {
  constructor(problems: readonly Fault[]) {
    super(
      [
        'rules that subscribers manage themselves do not hold any more:',
        ...problems.map((problem) => `  ${printProblem(problem)}`),
      ].join('\n'),
    );
    this.name = 'OwnRulesBroken';
  }
}

/**
 * What documents say, with the rules that subscribers who manage their own have now: their names,
 * and everything that their rules refer to, still belong to the documents. Only reads. Throws
 * `OwnRulesBroken`.
 */
export async function withOwnRules<T extends Said>(table: Table, said: T): Promise<T> {
  const document = said.document as { subscribers?: Record<string, Source> };
  const own = new Map<string, Source>();
  // Compiled subscribers come in the order of their sources.
  for (const [i, [name, source]] of Object.entries(document.subscribers ?? {}).entries()) {
    if (source.managedBy !== 'subscriber') continue;
    const user = said.subscribers[i]?.user ?? name;
    const record = await getSubscriberRecord(table, said.policy.domain, user);
    if (record?.managedBy !== 'subscriber') continue;
    const { rules: _, ...rest } = source;
    const { rules } = record.source as Source;
    own.set(name, { ...rest, ...(rules !== undefined && { rules }) });
  }
  if (own.size === 0) return said;
  const merged = {
    ...document,
    subscribers: Object.fromEntries(
      Object.entries(document.subscribers ?? {}).map(([name, it]) => [name, own.get(name) ?? it]),
    ),
  };
  const compiled = compile(merged, { now: table.now(), calendars: said.calendars });
  if (compiled.problems.length > 0) throw new OwnRulesBroken(compiled.problems);
  return {
    ...said,
    document: merged,
    policy: compiled.policy,
    subscribers: compiled.subscribers,
  };
}
