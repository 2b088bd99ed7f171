import type { Calendar, Policy } from '../decide/model.ts';
import { type Fetch, FetchFailure } from '../fetch/fetch-document.ts';
import { compileFetched } from '../rules/calendars/calendar.ts';
import { losesHalf } from '../rules/calendars/coming-days.ts';
import { decodeText, NotUtf8 } from '../rules/source/decode.ts';
import { pointerTo } from '../rules/source/fault.ts';
import {
  type CalendarCopy,
  type CopyInput,
  getCalendarCopy,
  putCalendarCopy,
} from '../store/calendar-copies.ts';
import { TooLarge } from '../store/errors.ts';
import type { Author, Table } from '../store/table.ts';
import { Invalid, type Mistake } from './refusal.ts';

/** What was found at an address is no calendar that could be used. */
class Unusable extends Error {}

/** The addresses of a policy's calendars, each with the names of those that have it. */
export function addressesIn(calendars: Policy['calendars']): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, { url }] of Object.entries(calendars)) {
    if (url !== undefined) found.set(url, [...(found.get(url) ?? []), name]);
  }
  return found;
}

/**
 * Fetches what a policy is about to name and the table has no copy of. Where there is one it is left
 * to the daily round, so that applying a document waits for nobody.
 *
 * @throws {Invalid} where one can't be fetched: a calendar without days would go live
 */
export async function fetchFirstCopies(
  table: Table,
  domain: string,
  calendars: Policy['calendars'],
  fetch: Fetch,
  author: Author,
): Promise<void> {
  const mistakes = await Promise.all(
    [...addressesIn(calendars)].map(async ([url, names]): Promise<Mistake[]> => {
      if (await getCalendarCopy(table, domain, url)) return [];
      try {
        const first = await fetchCopy(url, undefined, fetch, table.now());
        await putCalendarCopy(table, domain, url, undefined, first, author);
        return [];
      } catch (error) {
        const detail = `${url} ${whyNot(error)}`;
        return names.map((name) => ({ pointer: pointerTo('/calendars', name, 'url'), detail }));
      }
    }),
  );
  if (mistakes.flat().length > 0) throw new Invalid(mistakes.flat());
}

/** How one address of a domain fared. */
export interface Refreshed {
  readonly url: string;
  /** The calendars that have it. */
  readonly names: readonly string[];
  /** `kept`: the copy of before stays. */
  readonly is: 'new' | 'unchanged' | 'kept';
  /** Why, in words that go after the address. */
  readonly failure?: string;
  /** Whether it was got, and is not fit to be used. */
  readonly broken?: true;
  /** When the source last confirmed what is used: RFC 3339; absent: never. */
  readonly confirmed?: string;
}

/**
 * Fetches the calendars of a domain again. A copy that can't be read, has no events, or has lost half
 * of its coming days is not taken: the last good one stays.
 *
 * @param options.accept although half of the coming days are gone
 */
export async function refreshCopies(
  table: Table,
  domain: string,
  calendars: Policy['calendars'],
  options: { readonly fetch: Fetch; readonly author: Author; readonly accept?: boolean },
): Promise<Refreshed[]> {
  return Promise.all(
    [...addressesIn(calendars)].map(async ([url, names]): Promise<Refreshed> => {
      const before = await getCalendarCopy(table, domain, url);
      const had = before?.compiled ?? (calendars[names[0] as string] as Calendar);
      const now = table.now();
      try {
        const next = await fetchCopy(url, before, options.fetch, now);
        if (!options.accept && losesHalf(had, next.compiled, now)) {
          throw new Unusable('has lost half of its coming days');
        }
        await putCalendarCopy(table, domain, url, before, next, options.author);
        const is = next.text === before?.text ? 'unchanged' : 'new';
        return { url, names, is, confirmed: next.confirmed };
      } catch (error) {
        const failure = whyNot(error);
        if (before && before.failure !== failure) {
          await putCalendarCopy(table, domain, url, before, { ...before, failure }, options.author);
        }
        return {
          ...{ url, names, is: 'kept', failure },
          ...(!(error instanceof FetchFailure) && { broken: true }),
          ...(before && { confirmed: before.confirmed }),
        };
      }
    }),
  );
}

/** What is at an address now, compiled anew even where it is unchanged: recurring events go on. */
async function fetchCopy(
  url: string,
  before: CalendarCopy | undefined,
  fetch: Fetch,
  now: number,
): Promise<CopyInput> {
  const fetched = await fetch(url, before);
  const confirmed = new Date(now).toISOString();
  const text = before && fetched.is === 'unchanged' ? before.text : textOf(fetched);
  const compiled = compileFetched(url, text, now);
  if (typeof compiled === 'string') throw new Unusable(compiled);
  const { etag, lastModified } = fetched.is === 'new' ? fetched : (before ?? {});
  return {
    ...{ text, compiled, confirmed },
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
}

function textOf(fetched: Awaited<ReturnType<Fetch>>): string {
  if (fetched.is !== 'new') throw new FetchFailure('answers 304');
  return decodeText(fetched.body);
}

/** @throws what is no fault of the calendar */
function whyNot(error: unknown): string {
  if (error instanceof NotUtf8) return error.message;
  if (error instanceof TooLarge) return `is too large to be kept: ${error.message}`;
  if (error instanceof FetchFailure || error instanceof Unusable) return error.message;
  throw error;
}
