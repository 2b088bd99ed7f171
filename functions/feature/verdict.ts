import type { Decision } from '../decide/decision.ts';
import type { Features } from '../decide/model.ts';

/** How the call that dialled a code ends; never `continue`, which would ring somebody. */
export type Verdict = Extract<Decision, { action: 'redirect' | 'reject' }>;

/** The setting is stored: on to the domain's announcement, and said in words. */
export function accepted(features: Features | undefined, text: string): Verdict {
  const announcement = features?.announcement;
  const said = rejected(480, text);
  if (announcement === undefined) return said;
  return { ...said, action: 'redirect', status: 302, contacts: [`<${announcement}>`] };
}

/**
 * Nothing was changed, and why. The text stands in a Warning (RFC 3261 §20.43) and, because many
 * phones display no Warning, as the reason phrase too (§7.2).
 */
export function rejected(status: number, text: string): Verdict {
  const plain = text.replace(/[^ -~]/g, '?');
  const quoted = plain.replace(/["\\]/g, '\\$&');
  return {
    action: 'reject',
    status,
    reason: plain,
    headers: [`Warning: 399 divert "${quoted}"`],
  };
}
