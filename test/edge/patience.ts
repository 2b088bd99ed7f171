/**
 * For tests of what is decided and not of how soon: with these a slow machine is late, and no call goes on without
 * Divert. Divert's is below the three seconds of its function, the edge's above them.
 */
export const PATIENT_DIVERT = { DIVERT_DEADLINE_MS: '2500' } as const;
export const PATIENT_EDGE = { DIVERT_ANSWERS_IN: '5' } as const;
/** The same for a configuration that divert.cfg is pasted into, as PlainKamailio has its settings. */
export const PATIENT_SETTINGS: readonly string[] = [
  'substdef "!DIVERT_ANSWERS_IN!5!g"',
  'substdef "!DIVERT_GOES_ON_AFTER!5500!g"',
];
/** As both are deployed: for tests of what happens then. */
export const HURRIED_EDGE = { DIVERT_ANSWERS_IN: '' } as const;
