import type { HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { findSubscribers } from '../provision/find-subscribers.ts';
import { getPolicyRecord } from '../store/policies.ts';
import { listSubscribers, type SubscriberRecord } from '../store/subscribers.ts';
import { getSwitches } from '../store/switches.ts';
import { type ApiRequest, cursorOf, pageOf } from './context.ts';
import { firstPeerOf } from './explain.ts';
import { json } from './resource.ts';
import type { Forwarded } from './services.ts';

/** Longer than any name that is stored. */
const LONGEST_SEARCH = 200;

/** A page of a domain's subscribers: all, or those who match `search` and `forwarded`. */
export async function listSubscribersPage(request: ApiRequest): Promise<HttpResponse> {
  const search = searchOf(request);
  const forwarded = isForwardedAsked(request);
  if (search !== undefined || forwarded) return found(request, search, forwarded);
  const domain = request.path.domain as string;
  const page = await listSubscribers(request.table, domain, pageOf(request));
  const items = page.records.map((record) => shown(record));
  return json(200, { items, ...(page.next !== undefined && { next: cursorOf(page.next) }) });
}

async function found(
  request: ApiRequest,
  search: string | undefined,
  forwarded: boolean,
): Promise<HttpResponse> {
  const { table, services } = request;
  const domain = request.path.domain as string;
  const { limit, after } = pageOf(request);
  const [policy, peer, switches] = await Promise.all([
    getPolicyRecord(table, domain),
    forwarded ? firstPeerOf(request, domain) : undefined,
    forwarded ? getSwitches(table, domain) : undefined,
  ]);
  if (!policy) throw new Problem(404, `there is no domain ${domain}`);
  const outlook = { policy: policy.compiled, peer, switches: switches?.on ?? [] };
  const now = table.now();
  const page = await findSubscribers<Forwarded>(table, policy.compiled, {
    ...{ search, limit },
    // A page may end before anybody was looked at: what stands before a name says that there was one.
    after: after?.slice(1),
    forwarded: forwarded
      ? ({ compiled }) => services.forwarded({ ...outlook, subscriber: compiled }, now)
      : undefined,
  });
  return json(200, {
    items: page.found.map(({ record, forwarded: told }) => shown(record, told)),
    ...(page.next !== undefined && { next: cursorOf(`>${page.next}`) }),
  });
}

const shown = ({ user, version, source }: SubscriberRecord, forwarded?: Forwarded) => ({
  ...{ user, version, subscriber: source },
  ...(forwarded && { forwarded }),
});

/** @throws {Problem} 400 */
function searchOf({ query }: ApiRequest): string | undefined {
  const text = query.get('search');
  if (text === null) return undefined;
  if (text.trim() !== '' && text.length <= LONGEST_SEARCH) return text;
  throw new Problem(400, `search must be 1 to ${LONGEST_SEARCH} characters`);
}

/** @throws {Problem} 400 */
function isForwardedAsked({ query }: ApiRequest): boolean {
  const text = query.get('forwarded');
  if (text === null || text === 'true' || text === 'false') return text === 'true';
  throw new Problem(400, `forwarded=${text.slice(0, 60)} must be true or false`);
}
