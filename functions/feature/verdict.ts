import type { Decision } from '../decide/decision.ts';
import type { Features } from '../decide/model.ts';
import { reasonPhrase } from '../decide/reason-phrase.ts';
import type { PhoneFeature } from '../provision/phone-settings.ts';

/** How the call that dialled a code ends; never `continue`, which would ring somebody. */
export type Verdict = Extract<Decision, { action: 'redirect' | 'reject' }>;

const WHEN: Readonly<Record<PhoneFeature, string>> = {
  always: 'Forwarding',
  busy: 'Forwarding when busy',
  'no-answer': 'Forwarding on no answer',
};

/** The setting is stored: on to the domain's announcement, or said in a Warning. */
export function accepted(
  features: Features | undefined,
  feature: PhoneFeature,
  to: string | undefined,
): Verdict {
  if (features?.announcement === undefined) {
    return rejected(480, `${WHEN[feature]}${to === undefined ? ' is off' : ` to ${to} is on`}`);
  }
  return {
    action: 'redirect',
    status: 302,
    reason: reasonPhrase(302),
    contacts: [`<${features.announcement}>`],
  };
}

/** Nothing was changed, and why; phones display a Warning's text (RFC 3261 §20.43). */
export function rejected(status: number, text: string): Verdict {
  const quoted = text.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&');
  return {
    action: 'reject',
    status,
    reason: reasonPhrase(status),
    headers: [`Warning: 399 divert "${quoted}"`],
  };
}
