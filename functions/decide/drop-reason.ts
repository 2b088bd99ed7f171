/**
 * Why a target is not used: in the decision's line, in explanations and for what is written. A
 * closed set, so that who reads it compares names; sentences are made where people read.
 */
export const DROP_REASONS = [
  // What `targets` and the numbering plan refuse, when written and when used.
  'emergency',
  'denied',
  'not-allowed',
  'premium',
  'invalid-number',
  'invalid-name',
  // What this call refuses: loops and limits.
  'called-user',
  'caller',
  'loop',
  'max-diversions',
  'duplicate',
  'no-user',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** Those that a target can have whoever calls. */
export type TargetRefusal = Extract<
  DropReason,
  'emergency' | 'denied' | 'not-allowed' | 'premium' | 'invalid-number' | 'invalid-name'
>;
