import type { DropReason } from '../decide/drop-reason.ts';

/** Why a target was not used, as a person reads it after the target. */
export const DROP_TEXT: Readonly<Record<DropReason, string>> = {
  emergency: 'is an emergency number, and calls are never forwarded to one',
  denied: 'is denied by targets.deny',
  'not-allowed': 'is not in targets.allow',
  premium: 'is a premium-rate number without an allow entry inside its range',
  'invalid-number': 'is no number of its country',
  'invalid-name': 'is no subscriber, and no name that may pass unknown',
  'called-user': 'is the called user',
  caller: 'is the caller',
  loop: 'has already diverted this call',
  'max-diversions': 'the call was diverted as often as maxDiversions lets it be',
  duplicate: 'is named twice',
  'no-user': 'names no user',
};
