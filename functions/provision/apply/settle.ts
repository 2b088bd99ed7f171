import type {
  SubscriberChange,
  SubscriberInput,
  SubscriberRecord,
} from '../../store/subscribers.ts';
import type { Move, Unit } from './units.ts';

type Write = (changes: readonly SubscriberChange[]) => Promise<(SubscriberRecord | undefined)[]>;

/**
 * Changes subscribers between whom more names move than one transaction takes: name by name from
 * one to the other, everybody's rules still the old ones, then each to their new rules. A call by
 * any of the names finds somebody's rules, whole, at any moment.
 */
export async function settle(unit: Unit, write: Write): Promise<void> {
  const steps = new Map(unit.steps.map((step) => [step.user, step]));
  const now = new Map<string, SubscriberRecord | undefined>();
  const expect = (user: string): number =>
    now.has(user) ? (now.get(user)?.version ?? 0) : (steps.get(user)?.expect ?? 0);
  const change = async (changes: readonly SubscriberChange[]): Promise<void> => {
    const records = await write(changes);
    for (const [i, { user }] of changes.entries()) now.set(user, records[i]);
  };
  const moving = new Set(unit.moves.map(({ name }) => name));

  for (const { name, from, to } of inOrder(unit.moves)) {
    const gains = (current: SubscriberRecord | undefined): SubscriberInput | undefined => {
      if (current) return withAliases(current, [...current.compiled.aliases, name]);
      const step = steps.get(to);
      if (!step || step.kind === 'remove') return undefined;
      const free = step.next.compiled.aliases.filter((alias) => !moving.has(alias));
      return withAliases(step.next, [...free, ...(name === to ? [] : [name])]);
    };
    const loses = (current: SubscriberRecord | undefined): SubscriberInput | undefined =>
      current && name !== from
        ? withAliases(
            current,
            current.compiled.aliases.filter((alias) => alias !== name),
          )
        : undefined;
    await change([
      { user: from, expect: expect(from), next: loses },
      { user: to, expect: expect(to), next: gains },
    ]);
  }
  for (const { user, ...step } of unit.steps) {
    const next = step.kind === 'remove' ? undefined : step.next;
    await change([{ user, expect: expect(user), next }]);
  }
}

/** Who takes another's alias for their user name comes first; a user name goes when all else has gone. */
function inOrder(moves: readonly Move[]): Move[] {
  const rank = ({ name, from, to }: Move): number => (name === to ? 0 : name === from ? 2 : 1);
  return [...moves].sort((a, b) => rank(a) - rank(b));
}

function withAliases(
  { source, compiled }: SubscriberInput | SubscriberRecord,
  aliases: readonly string[],
): SubscriberInput {
  return { source, compiled: { ...compiled, aliases } };
}
