import type { FeatureCode } from '../decide/model.ts';

type Codes = Readonly<Partial<Record<FeatureCode, string>>>;

/** What North American PBXs use. They have none for unreachable phones. */
export const NANP_CODES: Codes = {
  'always-on': '*72',
  'always-off': '*73',
  'busy-on': '*90',
  'busy-off': '*91',
  'no-answer-on': '*52',
  'no-answer-off': '*53',
  'dnd-on': '*78',
  'dnd-off': '*79',
};

/**
 * How every code of 3GPP TS 22.030 §6.5.2 for call forwarding begins: one of the five prefixes and a
 * service code of annex B.
 */
export const MMI_BEGINNINGS: readonly string[] = ['**', '*', '##', '#', '*#'].flatMap((prefix) =>
  ['21', '67', '61', '62', '002', '004'].map((service) => prefix + service),
);
