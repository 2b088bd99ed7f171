/** Ladders of calls about which Divert gave no answer. */

/** B's phone rings and answers. */
export const LET_THROUGH: readonly string[] = [
  'A>P INVITE bob',
  'P>B INVITE bob',
  'B>P 180',
  'P>A 180',
  'B>P 200',
  'P>A 200',
  'A>P ACK',
  'P>B ACK',
];

/** B's phone refuses with `status`, and A gets `toA`. */
export const relayed = (status: number, toA = status): string[] => [
  'A>P INVITE bob',
  'P>B INVITE bob',
  `B>P ${status}`,
  'P>B ACK',
  `P>A ${toA}`,
  'A>P ACK',
];

/**
 * What A and what B's phone saw, each in order: which of two messages to different parties went first
 * is a matter of how fast those are.
 */
export const views = (lines: readonly string[]): string[][] =>
  ['A', 'B'].map((party) => lines.filter((line) => line.slice(0, 3).includes(party)));
