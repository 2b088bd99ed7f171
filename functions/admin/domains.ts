import type { HttpResponse } from '../http/http.ts';
import { listDomains } from '../store/domains.ts';
import { getPolicyRecord, type PolicyRecord } from '../store/policies.ts';
import type { Caller } from './caller.ts';
import { type ApiRequest, cursorOf, pageOf } from './context.ts';
import { json } from './resource.ts';

/** Who asks, and whose settings they may reach. */
export function me(caller: Caller): HttpResponse {
  const { who, role } = caller;
  if (caller.role === 'subscriber') {
    return json(200, { who, role, aor: `sip:${caller.user}@${caller.domain}` });
  }
  return json(200, { who, role, domains: caller.domains === 'all' ? ['*'] : caller.domains });
}

/** A page of the caller's domains that have rules. */
export async function listDomainsPage(request: ApiRequest): Promise<HttpResponse> {
  const { table, caller } = request;
  const { limit, after } = pageOf(request);
  const { domains, next } =
    caller.role !== 'subscriber' && caller.domains !== 'all'
      ? pageIn(caller.domains, limit, after)
      : await listDomains(table, { limit, ...(after !== undefined && { after }) });
  const records = await Promise.all(domains.map((domain) => getPolicyRecord(table, domain)));
  const items = records.flatMap((record) => (record ? shown(record) : []));
  return json(200, { items, ...(next !== undefined && { next: cursorOf(next) }) });
}

const shown = ({ compiled, version, at }: PolicyRecord) => {
  const { domain, timezone, country } = compiled;
  return { domain, version, at, timezone, ...(country !== undefined && { country }) };
};

function pageIn(
  all: readonly string[],
  limit: number,
  after = '',
): { domains: readonly string[]; next?: string } {
  const rest = [...new Set(all)].sort().filter((domain) => domain > after);
  const domains = rest.slice(0, limit);
  const last = domains.at(-1);
  return rest.length > limit && last !== undefined ? { domains, next: last } : { domains };
}
