import { StaleJudgement, VersionConflict } from '../store/errors.ts';

/** How often a change is judged anew against others that are faster. */
const ATTEMPTS = 12;

/**
 * Judges and makes a change (`step`) again as long as somebody by whom it was judged changes
 * meanwhile: two who forward to each other at once are each judged by the other's rules.
 *
 * @throws {VersionConflict} where they never stand still
 */
export async function onCurrent<T>(subject: string, step: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof StaleJudgement)) throw error;
    }
  }
  throw new VersionConflict(subject, undefined);
}
