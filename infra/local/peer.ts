import { existsSync, readFileSync } from 'node:fs';
import type { Peer } from '../../functions/decide/model.ts';
import { compilePeer, loadPeers } from '../../functions/rules/peers.ts';
import { printProblem } from '../../functions/rules/problem.ts';
import { hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer } from '../../functions/store/peers.ts';
import type { Author, Table } from '../../functions/store/table.ts';
import { LocalFailure } from './failure.ts';

const DECLARED = 'infra/peers.yaml';
/** Where an edge on this machine is reached. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The peer that asks locally: as the first declared one, if that serves the domain; it serves only
 * the domain, may explain, and has a `defaultRoute` so that drachtio's dialect works.
 */
export function localPeer(domain: string): Peer {
  const declared = declaredPeers().find(({ domains }) => domains.includes(domain));
  const base = declared ?? compilePeer({ name: 'local', domains: [domain] }).peer;
  if (!base) throw new LocalFailure(`${domain} is no domain that a peer can serve`);
  return {
    ...base,
    name: 'local',
    domains: [domain],
    hosts: [...new Set([...base.hosts, ...LOOPBACK])],
    explain: true,
    defaultRoute: base.defaultRoute ?? 'tag:default',
  };
}

function declaredPeers(): readonly Peer[] {
  const path = new URL(`../../${DECLARED}`, import.meta.url);
  if (!existsSync(path)) return [];
  const { peers, problems } = loadPeers({ name: DECLARED, text: readFileSync(path, 'utf8') });
  if (problems.length > 0) throw new LocalFailure(problems.map(printProblem).join('\n'));
  return peers.slice(0, 1);
}

/** Writes the peer with this as its only key. */
export async function writePeer(
  table: Table,
  peer: Peer,
  key: string,
  author: Author,
): Promise<void> {
  const hash = hashPeerKey(key);
  const created = new Date(table.now()).toISOString();
  const { name, ...source } = peer;
  await changePeer(
    table,
    {
      name,
      next: (current) => {
        const kept = current?.keys.filter((one) => one.hash === hash) ?? [];
        return { source, compiled: peer, keys: kept.length > 0 ? kept : [{ hash, created }] };
      },
    },
    author,
  );
}
