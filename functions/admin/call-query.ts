/** What is looked for in the decision log. */
export interface CallFilter {
  readonly domain: string;
  /** Hashes; see `functions/store/search-hash.ts`. */
  readonly called?: string;
  readonly caller?: string;
  readonly callId?: string;
}

/** So many calls are found at once: their lines have to fit in one answer of 4 MiB. */
export const MOST_CALLS = 500;

/**
 * A query of CloudWatch Logs Insights, in its own language, for decisions of one domain, newest first.
 * Fields of JSON lines are found by their names; a text stands in double quotes. How one is escaped in
 * it the guide does not say, so nothing with one gets in: a domain is checked by the path, the rest are
 * hashes.
 */
export function callQuery({ domain, called, caller, callId }: CallFilter): string {
  const wanted = [
    ['event', 'decision'],
    ['domain', domain],
    ['calledHash', called],
    ['callerHash', caller],
    ['callIdHash', callId],
  ].flatMap(([field, value]) => (value === undefined ? [] : `${field} = ${quoted(value)}`));
  return [
    'fields @timestamp, @message',
    `filter ${wanted.join(' and ')}`,
    'sort @timestamp desc',
    `limit ${MOST_CALLS}`,
  ].join('\n| ');
}

/** @throws where the text is none that is looked for: a mistake of ours */
function quoted(text: string): string {
  if (/^[\p{L}\p{N}.:_-]+$/u.test(text)) return `"${text}"`;
  throw new TypeError('what is looked for in the log must be a name or a hash');
}
