import type { HttpResponse } from '../http/http.ts';
import {
  type DomainSummary,
  getListedDomain,
  type ListedDomain,
  listDomains,
} from '../store/domains.ts';
import { getPolicyRecord } from '../store/policies.ts';
import type { Table } from '../store/table.ts';
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
      ? await pageOfOwn(table, caller.domains, limit, after)
      : await listDomains(table, { limit, ...(after !== undefined && { after }) });
  const items = await Promise.all(domains.map((listed) => shown(table, listed)));
  return json(200, {
    items: items.filter((item) => item !== undefined),
    ...(next !== undefined && { next: cursorOf(next) }),
  });
}

/** A domain as the API writes it; undefined where its rules have gone meanwhile. */
async function shown(
  table: Table,
  { domain, policy }: ListedDomain,
): Promise<({ readonly domain: string } & DomainSummary) | undefined> {
  if (policy) return { domain, ...policy };
  const record = await getPolicyRecord(table, domain);
  if (!record) return undefined;
  const { timezone, country } = record.compiled;
  const { version, at } = record;
  return { domain, version, at, timezone, ...(country !== undefined && { country }) };
}

async function pageOfOwn(
  table: Table,
  all: readonly string[],
  limit: number,
  after = '',
): Promise<{ domains: ListedDomain[]; next?: string }> {
  const rest = [...new Set(all)].sort().filter((domain) => domain > after);
  const names = rest.slice(0, limit);
  const listed = await Promise.all(names.map((domain) => getListedDomain(table, domain)));
  // One that was stored before there was a list is in none.
  const domains = listed.map((one, i) => one ?? { domain: names[i] as string });
  const last = names.at(-1);
  return rest.length > limit && last !== undefined ? { domains, next: last } : { domains };
}
