import type { Subscriber } from '../decide/model.ts';
import { TooLarge } from './errors.ts';
import { kib } from './transactions.ts';

const MAX_ALIASES = 40;
const MAX_RULES_BYTES = 32 * 1024;

/** Throws `TooLarge` where a subscriber has more aliases or rules than are stored. */
export function checkLimits(
  subject: string,
  {
    source,
    compiled,
  }: { readonly source: unknown; readonly compiled: Pick<Subscriber, 'aliases'> },
): void {
  const aliases = compiled.aliases.length;
  if (aliases > MAX_ALIASES) throw new TooLarge(subject, `${aliases} aliases`, `${MAX_ALIASES}`);
  const { rules } = (source ?? {}) as { rules?: unknown };
  const size = Buffer.byteLength(JSON.stringify(rules ?? []));
  if (size > MAX_RULES_BYTES) {
    throw new TooLarge(subject, `${kib(size)} of rules`, kib(MAX_RULES_BYTES));
  }
}
