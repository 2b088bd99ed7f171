import type { HttpResponse } from '../http/http.ts';
import { type HistoryEntry, listHistory } from '../store/history.ts';
import type { Stamp, Table } from '../store/table.ts';
import { readJson } from './body.ts';
import { type ApiRequest, cursorOf, pageOf } from './context.ts';
import { ApiProblem, invalid } from './problem.ts';
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
  const items = page.entries.map(({ version, at, who, from, action, before }) => ({
    ...{ version, at, who, from, action },
    ...(before !== undefined && { before: shown(before) }),
  }));
  return json(200, { items, ...(page.next !== undefined && { next: cursorOf(page.next) }) });
}

/** The version that a request to revert asks for. */
export function wantedVersion(request: ApiRequest): number {
  const body = readJson(request.http, ['application/json']);
  const version =
    typeof body === 'object' && body !== null && 'version' in body ? body.version : undefined;
  if (typeof version === 'number' && Number.isSafeInteger(version) && version >= 1) return version;
  throw invalid([{ pointer: '/version', detail: 'must be a version of the history, like 3' }]);
}

/**
 * What was there at a version.
 *
 * @throws {ApiProblem} 409 where the history does not have it
 */
export async function recordAt<T extends Stamp>(
  table: Table,
  history: string,
  version: number,
): Promise<T> {
  let before: string | undefined;
  do {
    const page: { entries: HistoryEntry<T>[]; next?: string } = await listHistory<T>(
      table,
      history,
      { limit: 100, ...(before !== undefined && { before }) },
    );
    for (const entry of page.entries) if (entry.before?.version === version) return entry.before;
    before = page.next;
  } while (before !== undefined);
  throw new ApiProblem(409, `the history has no version ${version} that was replaced`);
}
