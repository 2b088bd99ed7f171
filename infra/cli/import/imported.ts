/** What another system says of its users, before it becomes a document. */

export const IMPORTED_TRIGGERS = ['always', 'busy', 'no-answer', 'unreachable'] as const;
export type ImportedTrigger = (typeof IMPORTED_TRIGGERS)[number];

/** Where something stands in what was imported. */
export interface At {
  readonly file: string;
  readonly line: number;
}

export interface ImportedUser extends At {
  /** As the other system has them: a name or an extension. */
  readonly user: string;
  readonly numbers: readonly string[];
  readonly forwards: Partial<Record<ImportedTrigger, Forward>>;
  /** Calls are refused as busy. */
  readonly dnd?: At;
  /** Seconds before no-answer. */
  readonly ring?: number;
}

export interface Forward extends At {
  /** As they are dialled there. */
  readonly to: readonly string[];
}

/** Something that could not be carried over, and why. */
export interface Loss extends At {
  readonly why: string;
}

export interface Imported {
  readonly users: readonly ImportedUser[];
  readonly losses: readonly Loss[];
}
