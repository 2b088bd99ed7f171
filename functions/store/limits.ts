import { MOST_ALIASES, MOST_RULES_BYTES, type Subscriber } from '../decide/model.ts';
import { TooLarge } from './errors.ts';
import { kib } from './transactions.ts';

/** Throws `TooLarge` where a subscriber has more aliases or rules than are stored. */
export function checkLimits(
  subject: string,
  {
    source,
    compiled,
  }: { readonly source: unknown; readonly compiled: Pick<Subscriber, 'aliases'> },
): void {
  const aliases = compiled.aliases.length;
  if (aliases > MOST_ALIASES) throw new TooLarge(subject, `${aliases} aliases`, `${MOST_ALIASES}`);
  const { rules } = (source ?? {}) as { rules?: unknown };
  const size = Buffer.byteLength(JSON.stringify(rules ?? []));
  if (size > MOST_RULES_BYTES) {
    throw new TooLarge(subject, `${kib(size)} of rules`, kib(MOST_RULES_BYTES));
  }
}
