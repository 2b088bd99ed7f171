import type { HttpResponse } from '../http/http.ts';
import { type HistoryEntry, listHistory } from '../store/history.ts';
import { readJson } from './body.ts';
import { type ApiRequest, cursorOf, pageOf } from './context.ts';
import { invalid } from './problem.ts';
import { json } from './resource.ts';

/**
 * A page of what was changed, newest first: who, when, from where, and what was there before.
 *
 * @param shown a record as the caller may see it
 */
export async function historyPage<T>(
  request: ApiRequest,
  history: string,
  shown: (record: T) => unknown,
): Promise<HttpResponse> {
  const { limit, after } = pageOf(request);
  const page = await listHistory<T>(request.table, history, {
    limit,
    ...(after !== undefined && { before: after }),
  });
  const items = page.entries.map((entry) => entryShown(entry, shown));
  return json(200, { items, ...(page.next !== undefined && { next: cursorOf(page.next) }) });
}

/** An entry as the API writes it. */
export const entryShown = <T>(
  { version, at, who, from, action, before }: HistoryEntry<T>,
  shown: (record: T) => unknown,
) => ({
  ...{ version, at, who, from, action },
  ...(before !== undefined && { before: shown(before) }),
});

/** The version that a request to revert asks for. */
export function wantedVersion(request: ApiRequest): number {
  const body = readJson(request.http, ['application/json']);
  const version =
    typeof body === 'object' && body !== null && 'version' in body ? body.version : undefined;
  if (typeof version === 'number' && Number.isSafeInteger(version) && version >= 1) return version;
  throw invalid([{ pointer: '/version', detail: 'must be a version of the history, like 3' }]);
}
