import { type ApiRequest, authorOf } from '../admin/context.ts';
import { requireDomains } from '../admin/peer.ts';
import { ApiProblem } from '../admin/problem.ts';
import { json } from '../admin/resource.ts';
import type { HttpResponse } from '../http/http.ts';
import { generatePeerKey, hashPeerKey } from '../store/peer-key.ts';
import {
  changePeer,
  getPeerRecord,
  MAX_PEER_KEYS,
  type PeerInput,
  type PeerKey,
  type PeerRecord,
} from '../store/peers.ts';

/** A key is known by the start of its hash, which tells nothing of the key. */
const idOf = ({ hash }: PeerKey): string => hash.slice(0, 16);

/** What may be told of a peer's keys. */
export const shownKeys = (keys: readonly PeerKey[]): { id: string; created: string }[] =>
  keys.map((key) => ({ id: idOf(key), created: key.created }));

export async function listKeys(request: ApiRequest): Promise<HttpResponse> {
  const record = await getPeerRecord(request.table, request.path.name as string);
  return json(200, { items: shownKeys(known(request, record).keys) });
}

/** Generates a key; this answer is the only place where it ever stands. */
export async function addKey(request: ApiRequest): Promise<HttpResponse> {
  const key = generatePeerKey();
  const added = {
    hash: hashPeerKey(key),
    created: new Date(request.table.now()).toISOString(),
  };
  await changeKeys(request, (keys) => {
    if (keys.length < MAX_PEER_KEYS) return [...keys, added];
    throw new ApiProblem(409, `there are ${MAX_PEER_KEYS} keys already: delete one first`);
  });
  return json(201, { id: idOf(added), created: added.created, key });
}

export async function deleteKey(request: ApiRequest): Promise<HttpResponse> {
  const { id } = request.path;
  await changeKeys(request, (keys) => {
    const kept = keys.filter((key) => idOf(key) !== id);
    if (kept.length < keys.length) return kept;
    throw new ApiProblem(404, `there is no key ${id}`);
  });
  return { status: 204, headers: {}, body: '' };
}

async function changeKeys(
  request: ApiRequest,
  change: (keys: readonly PeerKey[]) => readonly PeerKey[],
): Promise<void> {
  const name = request.path.name as string;
  const next = (current: PeerRecord | undefined): PeerInput => {
    const { source, compiled, keys } = known(request, current);
    return { source, compiled, keys: change(keys) };
  };
  await changePeer(request.table, { name, next }, authorOf(request));
}

function known(request: ApiRequest, record: PeerRecord | undefined): PeerRecord {
  if (!record) throw new ApiProblem(404, `there is no peer ${request.path.name}`);
  requireDomains(request, record);
  return record;
}
