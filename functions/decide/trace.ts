import type { Layer } from './decision.ts';
import type { DropReason } from './drop-reason.ts';

/** One condition of a rule as explain shows it. */
export interface ConditionSeen {
  readonly condition: string;
  /** As the rule has it. */
  readonly value: unknown;
  readonly held: boolean;
  /** What of its calendars holds now: `holidays: New Year's Eve`. */
  readonly because?: readonly string[];
  /** For each window of a schedule that does not hold, what keeps it from holding. */
  readonly missed?: readonly (readonly Missed[])[];
}

/** A part of a schedule's window that does not hold, as the document would have it: `mon-fri`. */
export interface Missed {
  readonly part: 'days' | 'hours' | 'on' | 'except';
  readonly value: string;
}

/** One rule that was looked at. */
export interface RuleSeen {
  readonly rule: string;
  readonly layer: Layer;
  readonly held: boolean;
  readonly conditions: readonly ConditionSeen[];
}

/** A target that was not used, and why. */
export interface TargetDropped {
  readonly target: string;
  readonly why: DropReason;
}

/**
 * Where deciding writes what it looked at, in order. Without one nothing is recorded, and the
 * first condition that does not hold ends a rule; with `considered` all its conditions are looked at.
 */
export interface Trace {
  /** Absent: rules are not recorded. */
  readonly considered?: RuleSeen[];
  readonly dropped: TargetDropped[];
  /** Who called: an identity, or `anonymous`. */
  caller?: string;
}
