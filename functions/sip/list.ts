import { SipSyntaxError } from './error.ts';
import { splitList } from './name-addr.ts';

/** Far above any limit on diversions; a header of 64 KB garbage must not use up the deadline. */
const MOST_ELEMENTS = 100;

/**
 * Reads the first 100 elements of a header's values with `read`, in order. Never throws.
 *
 * @param read - throws SipSyntaxError on what it can't read
 * @returns what was read, and the elements that could not be, or came after the hundredth
 */
export function readList<T>(
  values: readonly string[],
  read: (element: string) => T,
): { entries: T[]; unreadable: string[] } {
  const elements = splitList(values);
  const entries: T[] = [];
  const unreadable: string[] = [];
  for (const element of elements.slice(0, MOST_ELEMENTS)) {
    try {
      entries.push(read(element));
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
      unreadable.push(element);
    }
  }
  return { entries, unreadable: unreadable.concat(elements.slice(MOST_ELEMENTS)) };
}
