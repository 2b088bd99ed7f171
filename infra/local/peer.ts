import { existsSync, readFileSync } from 'node:fs';
import type { Peer } from '../../functions/decide/model.ts';
import { compilePeer, loadPeers } from '../../functions/rules/peers.ts';
import type { PeerSource, PeersDocument } from '../../functions/rules/schema/peers-document.ts';
import { printProblem } from '../../functions/rules/source/fault.ts';
import { parseFile } from '../../functions/rules/source/source-file.ts';
import { hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer } from '../../functions/store/peers.ts';
import type { Author, Table } from '../../functions/store/table.ts';
import { LocalFailure } from './failure.ts';

const DECLARED = 'infra/peers.yaml';
/** Where an edge on this machine is reached. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** A peer as `peers.yaml` would declare it, and as calls read it. */
interface LocalPeer {
  readonly source: PeerSource;
  readonly compiled: Peer;
}

/**
 * The peer that asks locally: as the first declared one, if that serves the first domain; it serves only
 * the domains, may explain, and has a `defaultRoute` so that drachtio's dialect works.
 */
export function localPeer(domains: readonly string[]): LocalPeer {
  const base = declaredFor(domains[0] ?? '');
  const source: PeerSource = {
    ...base,
    name: 'local',
    domains: [...domains],
    hosts: [...new Set([...(base?.hosts ?? []), ...LOOPBACK])],
    explain: true,
    defaultRoute: base?.defaultRoute ?? 'tag:default',
  };
  const { peer } = compilePeer(source);
  if (!peer) throw new LocalFailure(`a peer can't serve ${domains.join(' and ')}`);
  return { source, compiled: peer };
}

function declaredFor(domain: string): PeerSource | undefined {
  const path = new URL(`../../${DECLARED}`, import.meta.url);
  if (!existsSync(path)) return undefined;
  const file = { name: DECLARED, text: readFileSync(path, 'utf8') };
  const { peers, problems } = loadPeers(file);
  if (problems.length > 0) throw new LocalFailure(problems.map(printProblem).join('\n'));
  if (!peers[0]?.domains.includes(domain)) return undefined;
  // Sound, so that the first compiled peer has its source at the same place.
  return (parseFile(file, []) as PeersDocument).peers[0];
}

/** Writes the peer with this as its only key. */
export async function writePeer(
  table: Table,
  { source, compiled }: LocalPeer,
  key: string,
  author: Author,
): Promise<void> {
  const hash = hashPeerKey(key);
  const created = new Date(table.now()).toISOString();
  await changePeer(
    table,
    {
      name: compiled.name,
      next: (current) => {
        const kept = current?.keys.filter((one) => one.hash === hash) ?? [];
        return { source, compiled, keys: kept.length > 0 ? kept : [{ hash, created }] };
      },
    },
    author,
  );
}
