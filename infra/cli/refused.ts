import { Absent, ForwardingLoop, Invalid, Refused } from '../../functions/provision/refusal.ts';
import { Failure } from './failure.ts';

/** Does it, or says why it was not done, with every mistake on a line of its own. Throws `Failure`. */
export async function told<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    const known = [Invalid, Refused, Absent, ForwardingLoop].some((kind) => error instanceof kind);
    if (!known) throw error;
    const { message, mistakes = [] } = error as Invalid;
    const lines = mistakes.map(({ pointer, detail }) => `\n  ${pointer}: ${detail}`);
    throw new Failure(message + lines.join(''));
  }
}
