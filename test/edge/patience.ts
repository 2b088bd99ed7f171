/**
 * For tests of what is decided and not of how soon: with these a slow machine is late, and no call goes on without
 * Divert. Divert's is below the three seconds of its function, the edge's above them.
 */
export const PATIENT_DIVERT = { DIVERT_DEADLINE_MS: '2500' } as const;
export const PATIENT_EDGE = { DIVERT_ANSWERS_IN: '5' } as const;
/** As both are deployed: for tests of what happens then. */
export const HURRIED_EDGE = { DIVERT_ANSWERS_IN: '' } as const;
