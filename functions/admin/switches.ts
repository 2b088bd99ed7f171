import type { HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { isObject } from '../rules/schema/is-object.ts';
import { switchesHistory } from '../store/keys.ts';
import { getPolicyRecord } from '../store/policies.ts';
import { getSwitches, type SwitchesRecord, setSwitch } from '../store/switches.ts';
import { readJson } from './body.ts';
import { type ApiRequest, authorOf } from './context.ts';
import { historyPage } from './history.ts';
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
  const record = await getSwitches(request.table, request.path.domain as string);
  return json(200, { items: names.map((name) => ({ name, on: isOn(record, name) })) });
}

export async function getSwitch(request: ApiRequest): Promise<HttpResponse> {
  const name = await named(request);
  return answer(await getSwitches(request.table, request.path.domain as string), name);
}

/** Needs no If-Match: it says what is to be, whatever was. */
export async function putSwitch(request: ApiRequest): Promise<HttpResponse> {
  const domain = request.path.domain as string;
  const body = readJson(request.http, ['application/json']);
  const on = isObject(body) ? body.on : undefined;
  if (typeof on !== 'boolean') {
    throw invalid([{ pointer: '/on', detail: 'must be true or false' }]);
  }
  const name = await named(request);
  return answer(await setSwitch(request.table, domain, name, on, authorOf(request)), name);
}

export function switchesHistoryPage(request: ApiRequest): Promise<HttpResponse> {
  const history = switchesHistory(request.path.domain as string);
  return historyPage<SwitchesRecord>(request, history, ({ version, on }) => ({ version, on }));
}

const isOn = (record: SwitchesRecord | undefined, name: string): boolean =>
  record?.on.includes(name) ?? false;

const answer = (record: SwitchesRecord | undefined, name: string): HttpResponse =>
  json(200, { on: isOn(record, name) });
