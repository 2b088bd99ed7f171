import { PendingRequest } from '../answer/pending-request.ts';
import { calledKey, domainOf } from '../decide/call.ts';
import type { Peer } from '../decide/model.ts';
import type { HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { Names } from '../provision/live-directory.ts';
import { isObject } from '../rules/schema/is-object.ts';
import { listPeers } from '../store/peers.ts';
import { getPolicyRecord } from '../store/policies.ts';
import { getSwitches } from '../store/switches.ts';
import { isApproximate } from './approximate.ts';
import { readJson } from './body.ts';
import { type Caller, requireUser } from './caller.ts';
import type { ApiRequest } from './context.ts';
import { instantOf } from './instant.ts';
import { invalid } from './problem.ts';
import { json } from './resource.ts';
import type { Explained } from './services.ts';

/** The peers that serve a domain, by name. */
async function peersOf({ table }: ApiRequest, domain: string): Promise<Peer[]> {
  const records = await listPeers(table);
  const peers = records.map(({ compiled }) => compiled);
  return peers.filter(({ domains }) => domains.includes(domain));
}

/** The first of those peers: it stands for all of them where none is known. */
export const firstPeerOf = async (request: ApiRequest, domain: string): Promise<Peer | undefined> =>
  (await peersOf(request, domain))[0];

/**
 * Explains a call by token. The peer is the one that the body names, else the one that serves the
 * domain; domains that the token lacks are not followed into.
 */
export async function explainByToken(request: ApiRequest): Promise<HttpResponse> {
  const { caller, services } = request;
  const domain = request.path.domain as string;
  const body = readJson(request.http, ['application/json']);
  const { peer: wanted, ...call } = isObject(body) ? body : {};
  const peers = await peersOf(request, domain);
  const peer = wanted == null ? peers[0] : peers.find(({ name }) => name === wanted);
  if (peer === undefined) {
    const which = wanted == null ? `no peer serves ${domain}` : `no such peer serves ${domain}`;
    throw invalid([{ pointer: '/peer', detail: `${which}: name another` }]);
  }
  await requireCalled(request, call, peer);
  if (caller.role === 'subscriber' && call.follow === true) {
    throw new Problem(403, 'you may not follow a call to where it goes next', 'follow');
  }
  const domains = [domain, ...peer.domains.filter((one) => one !== domain && covers(caller, one))];
  const explained = await services.explain(call, { ...peer, domains });
  const shown = caller.role === 'subscriber' ? withoutOperators(explained) : explained;
  const approximate = isApproximate(explained, call.found);
  return json(200, { ...shown, ...(approximate && { approximate }) });
}

const covers = (caller: Caller, domain: string): boolean =>
  caller.role !== 'subscriber' && (caller.domains === 'all' || caller.domains.includes(domain));

/**
 * That the called domain is the path's, and for a subscriber that they are who is called. Read as
 * the explainer reads it: what it would understand is judged here.
 *
 * @throws {Problem} 400 where it is no call, 403
 */
async function requireCalled(
  { table, caller, path }: ApiRequest,
  body: unknown,
  peer: Peer,
): Promise<void> {
  const { call } = new PendingRequest(body, { peer });
  const domain = path.domain as string;
  if (domainOf(call, peer) !== domain) {
    throw new Problem(403, `this is for calls to ${domain}`, 'requestUri');
  }
  if (caller.role !== 'subscriber') return;
  const policy = await getPolicyRecord(table, domain);
  const key = calledKey(call, peer, policy?.compiled);
  const called = key === undefined ? undefined : await new Names(table, domain).find(key);
  if (called === undefined) throw new Problem(403, 'you may explain calls to yourself only');
  requireUser(caller, called.user);
}

/** Of the operator's rules a subscriber sees only that they are there, not who wrote them. */
function withoutOperators(explained: Explained): Explained {
  return {
    ...explained,
    considered: explained.considered.map((seen) =>
      seen.layer === 'first' || seen.layer === 'finally' ? { ...seen, conditions: [] } : seen,
    ),
    ...(explained.rules && { rules: { ...explained.rules, policy: undefined } }),
  };
}

const DAY_MS = 86_400_000;
const LONGEST = 14 * DAY_MS;

/** What becomes of calls to a subscriber over some days; default: a week from now. */
export async function forecastPage(request: ApiRequest): Promise<HttpResponse> {
  const { table, query, services } = request;
  const { domain = '', user = '' } = request.path;
  const from = instantOf(query.get('from'), 'from') ?? table.now();
  const to = instantOf(query.get('to'), 'to') ?? from + 7 * DAY_MS;
  if (to <= from) throw new Problem(400, 'to must be later than from', 'to');
  if (to - from > LONGEST) throw new Problem(400, 'at most 14 days are foreseen', 'to');
  const [policy, subscriber, peer, switches] = await Promise.all([
    getPolicyRecord(table, domain),
    new Names(table, domain).find(user),
    firstPeerOf(request, domain),
    getSwitches(table, domain),
  ]);
  if (!policy || subscriber?.user !== user) {
    throw new Problem(404, `there is no subscriber ${user} of ${domain}`);
  }
  const outlook = { policy: policy.compiled, subscriber, peer, switches: switches?.on ?? [] };
  const timezone = subscriber.timezone ?? policy.compiled.timezone;
  return json(200, { timezone, items: services.forecast(outlook, from, to) });
}
