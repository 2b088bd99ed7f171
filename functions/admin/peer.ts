import type { HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { shownKey } from '../provision/peer-keys.ts';
import { mistakesOf } from '../provision/refusal.ts';
import { compilePeer } from '../rules/peers.ts';
import { isObject } from '../rules/schema/is-object.ts';
import { type HistoryEntry, listHistory } from '../store/history.ts';
import { peerHistory } from '../store/keys.ts';
import { changePeer, getPeerRecord, listPeers, type PeerRecord } from '../store/peers.ts';
import { coversDomain, requireDomain } from './caller.ts';
import { type ApiRequest, authorOf, cursorOf, forcedOrRefused, pageOf } from './context.ts';
import { entryShown } from './history.ts';
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
      if (!before) await requireFree(request, name);
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

/** Whether the caller has every domain of the peer. */
const covers = ({ caller }: ApiRequest, { compiled }: PeerRecord): boolean =>
  compiled.domains.every((domain) => coversDomain(caller, domain));

/** @throws {Problem} 403 unless the caller has every domain of the peer; none of them is named */
export function requireDomains(request: ApiRequest, record: PeerRecord): void {
  if (!covers(request, record)) throw new Problem(403, `the peer ${record.name} is not yours`);
}

/**
 * A name that somebody gave up stays theirs for as long as its history is kept: it stands in the
 * logs and the settings of their SBC, and whoever took it would lock them out of it.
 *
 * @throws {Problem} 409
 */
async function requireFree(request: ApiRequest, name: string): Promise<void> {
  const { entries } = await listHistory<PeerRecord>(request.table, peerHistory(name), { limit: 1 });
  const last = entries[0]?.before;
  if (last && !covers(request, last)) {
    throw new Problem(409, `the name ${name} is taken: choose another`);
  }
}

/**
 * A page of the history of a peer, from the newest back to where it became the caller's: what
 * another's peer of that name was, and who changed it, is not theirs to know.
 */
export async function peerHistoryPage(request: ApiRequest): Promise<HttpResponse> {
  const { limit, after } = pageOf(request);
  const own = await ownHistory(request);
  const older = own.filter(({ at }) => after === undefined || at < after);
  const items = older.slice(0, limit).map((entry) =>
    entryShown(entry, ({ version, source, keys }) => ({
      ...{ version, peer: source, keys: keys.map(shownKey) },
    })),
  );
  const next = older.length > limit ? items.at(-1)?.at : undefined;
  return json(200, { items, ...(next !== undefined && { next: cursorOf(next) }) });
}

/** Of the peer's history, newest first, what is the caller's. */
async function ownHistory(request: ApiRequest): Promise<HistoryEntry<PeerRecord>[]> {
  const history = peerHistory(request.path.name as string);
  const own: HistoryEntry<PeerRecord>[] = [];
  for (let before: string | undefined; ; ) {
    const page = await listHistory<PeerRecord>(request.table, history, {
      ...{ limit: 100 },
      ...(before !== undefined && { before }),
    });
    for (const entry of page.entries) {
      if (entry.before && !covers(request, entry.before)) return own;
      own.push(entry);
    }
    if (page.next === undefined) return own;
    before = page.next;
  }
}

/** @throws {Problem} 403 for what was another's */
export function ownPast(request: ApiRequest, record: PeerRecord): PeerRecord {
  requireDomains(request, record);
  return record;
}

/** A page of the peers whose domains the caller has, by name. */
export async function listPeersPage(request: ApiRequest): Promise<HttpResponse> {
  const { limit, after = '' } = pageOf(request);
  const visible = (await listPeers(request.table)).filter(
    (record) => record.name > after && covers(request, record),
  );
  const items = visible.slice(0, limit).map((record) => ({
    name: record.name,
    version: record.version,
    peer: stateOf(record).value,
  }));
  const last = visible.length > limit ? items.at(-1)?.name : undefined;
  return json(200, { items, ...(last && { next: cursorOf(last) }) });
}
