import type { HttpResponse } from '../http/http.ts';
import { addPeerKey, revokePeerKey, shownKey } from '../provision/peer-keys.ts';
import { Absent } from '../provision/refusal.ts';
import { getPeerRecord, type PeerRecord } from '../store/peers.ts';
import { type ApiRequest, authorOf } from './context.ts';
import { requireDomains } from './peer.ts';
import { json } from './resource.ts';

export async function listKeys(request: ApiRequest): Promise<HttpResponse> {
  const name = nameOf(request);
  const record = await getPeerRecord(request.table, name);
  if (!record) throw new Absent(`peer ${name}`);
  requireDomains(request, record);
  return json(200, { items: record.keys.map(shownKey) });
}

export async function addKey(request: ApiRequest): Promise<HttpResponse> {
  const { table } = request;
  const name = nameOf(request);
  const { key, shown } = await addPeerKey(
    table,
    name,
    'refuse',
    authorOf(request),
    mayChange(request),
  );
  return json(201, { ...shown, key });
}

export async function deleteKey(request: ApiRequest): Promise<HttpResponse> {
  const id = request.path.id as string;
  await revokePeerKey(request.table, nameOf(request), id, authorOf(request), mayChange(request));
  return { status: 204, headers: {}, body: '' };
}

const nameOf = ({ path }: ApiRequest): string => path.name as string;

const mayChange =
  (request: ApiRequest) =>
  (record: PeerRecord): void =>
    requireDomains(request, record);
