import type { HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { isObject } from '../rules/schema/schema.ts';
import { switchHistory } from '../store/keys.ts';
import { getPolicyRecord } from '../store/policies.ts';
import { changeSwitch, getSwitches, type SwitchRecord } from '../store/switches.ts';
import { readJson } from './body.ts';
import { type ApiRequest, authorOf } from './context.ts';
import { historyPage } from './history.ts';
import { checkPreconditions, etagOf } from './preconditions.ts';
import { invalid } from './problem.ts';
import { json } from './resource.ts';

/** The names of a domain's switches. @throws {Problem} 404 */
async function namesIn({ table, path }: ApiRequest): Promise<string[]> {
  const record = await getPolicyRecord(table, path.domain as string);
  if (!record) throw new Problem(404, `there is no domain ${path.domain}`);
  const { switches } = (record.source ?? {}) as { switches?: unknown };
  return isObject(switches) ? Object.keys(switches) : [];
}

/** The switch that the path names. @throws {Problem} 404 */
async function named(request: ApiRequest): Promise<string> {
  const { domain, switch: name } = request.path;
  const names = await namesIn(request);
  if (name !== undefined && names.includes(name)) return name;
  throw new Problem(404, `there is no switch ${name} of ${domain}`);
}

export async function listSwitches(request: ApiRequest): Promise<HttpResponse> {
  const names = await namesIn(request);
  const records = await getSwitches(request.table, request.path.domain as string);
  return json(200, { items: names.map((name) => ({ name, ...shown(records.get(name)) })) });
}

export async function getSwitch(request: ApiRequest): Promise<HttpResponse> {
  const name = await named(request);
  const records = await getSwitches(request.table, request.path.domain as string);
  return answer(records.get(name));
}

/** Needs no If-Match: it says what is to be, whatever was. */
export async function putSwitch(request: ApiRequest): Promise<HttpResponse> {
  const { table, http } = request;
  const domain = request.path.domain as string;
  const body = readJson(http, ['application/json']);
  const on = isObject(body) ? body.on : undefined;
  if (typeof on !== 'boolean') {
    throw invalid([{ pointer: '/on', detail: 'must be true or false' }]);
  }
  const name = await named(request);
  let expect: number | undefined;
  if (http.headers['if-match'] !== undefined && http.headers['if-match'].trim() !== '*') {
    expect = (await getSwitches(table, domain)).get(name)?.version ?? 0;
    checkPreconditions(http, expect);
  }
  return answer(await changeSwitch(table, domain, name, on, authorOf(request), expect));
}

export async function switchHistoryPage(request: ApiRequest): Promise<HttpResponse> {
  const name = await named(request);
  const history = switchHistory(request.path.domain as string, name);
  return historyPage<SwitchRecord>(request, history, ({ version, on }) => ({ version, on }));
}

const shown = (record: SwitchRecord | undefined) =>
  record ? { on: record.on, who: record.who, at: record.at } : { on: false };

const answer = (record: SwitchRecord | undefined): HttpResponse =>
  json(200, shown(record), record && { etag: etagOf(record.version) });
