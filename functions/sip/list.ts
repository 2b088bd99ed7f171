import { SipSyntaxError } from './error.ts';
import { isClosed, splitList } from './name-addr.ts';

/** Far above any limit on diversions; a header of 64 KB garbage must not use up the deadline. */
const MOST_ELEMENTS = 100;

/** A header's values. */
export interface List<T> {
  /** What was read, in order. */
  readonly entries: T[];
  /** The elements that could not be read, or came after the hundredth. */
  readonly unreadable: string[];
  /** Every element, read or not, in order; but for those that would break a header. */
  readonly elements: readonly string[];
}

/**
 * Reads the first 100 elements of a header's values with `read`, in order. Never throws.
 *
 * @param read - throws SipSyntaxError on what it can't read
 * @param prepare - what is done to each element before anything else
 */
export function readList<T extends object>(
  values: readonly string[],
  read: (element: string) => T,
  prepare?: (element: string) => string,
): List<T> {
  const entries: T[] = [];
  const unreadable: string[] = [];
  const elements: string[] = [];
  for (const [index, given] of splitList(values).entries()) {
    const element = prepare === undefined ? given : prepare(given);
    const entry = index < MOST_ELEMENTS ? readable(element, read) : undefined;
    if (entry === undefined) unreadable.push(element);
    else entries.push(entry);
    if (entry !== undefined || isClosed(element)) elements.push(element);
  }
  return { entries, unreadable, elements };
}

function readable<T extends object>(element: string, read: (element: string) => T): T | undefined {
  try {
    return read(element);
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}
