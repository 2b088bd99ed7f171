import type { HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { mistakesOf } from '../provision/refusal.ts';
import { compilePeer } from '../rules/peers.ts';
import { isObject } from '../rules/schema/schema.ts';
import { changePeer, getPeerRecord, listPeers, type PeerRecord } from '../store/peers.ts';
import { requireDomain } from './caller.ts';
import { type ApiRequest, authorOf, cursorOf, forcedOrRefused, pageOf } from './context.ts';
import { invalid } from './problem.ts';
import { json, type Resource, type State } from './resource.ts';

/** A peer: its entry of the peers document. Who may change it has all of its domains. */
export function peerResource(request: ApiRequest): Resource {
  const { table, caller } = request;
  const name = request.path.name as string;
  const what = `peer ${name}`;
  return {
    what,
    read: async () => {
      const record = await getPeerRecord(table, name);
      if (record) requireDomains(request, record);
      return record && stateOf(record);
    },
    complete: (value) => (isObject(value) ? { name, ...value } : value),
    write: async (source, before) => {
      const { peer, problems } = compilePeer(source);
      if (!peer) throw invalid(mistakesOf(problems));
      if (peer.name !== name) {
        throw invalid([{ pointer: '/name', detail: `must be '${name}', as in the path` }]);
      }
      for (const domain of peer.domains) requireDomain(caller, domain);
      const author = authorOf(request, forcedOrRefused(request, what));
      const next = { source, compiled: peer };
      const after = await changePeer(table, { name, expect: before?.version ?? 0, next }, author);
      return stateOf(after as PeerRecord);
    },
    remove: async (before) => {
      const author = authorOf(request, forcedOrRefused(request, what));
      await changePeer(table, { name, expect: before.version, next: undefined }, author);
    },
  };
}

const stateOf = ({ version, at, name, source }: PeerRecord): State => ({
  version,
  at,
  value: { name, ...(source as object) },
});

/** @throws {Problem} 403 unless the caller has every domain of the peer */
export function requireDomains({ caller }: ApiRequest, record: PeerRecord): void {
  for (const domain of record.compiled.domains) requireDomain(caller, domain);
}

/** A page of the peers whose domains the caller has, by name. */
export async function listPeersPage(request: ApiRequest): Promise<HttpResponse> {
  const { limit, after = '' } = pageOf(request);
  const visible = (await listPeers(request.table)).filter(
    (record) => record.name > after && isVisible(request, record),
  );
  const items = visible.slice(0, limit).map((record) => ({
    name: record.name,
    version: record.version,
    peer: stateOf(record).value,
  }));
  const last = visible.length > limit ? items.at(-1)?.name : undefined;
  return json(200, { items, ...(last && { next: cursorOf(last) }) });
}

function isVisible(request: ApiRequest, record: PeerRecord): boolean {
  try {
    requireDomains(request, record);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}
