import type { FeatureCode } from '../decide/model.ts';

/** What subscribers dial unless their domain says otherwise (the codes of North American PBXs). */
export const DEFAULT_CODES: Readonly<Record<FeatureCode, string>> = {
  'always-on': '*72',
  'always-off': '*73',
  'busy-on': '*90',
  'busy-off': '*91',
  'no-answer-on': '*52',
  'no-answer-off': '*53',
};
