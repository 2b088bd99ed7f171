import type { Peer } from '../../functions/decide/model.ts';
import { hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer } from '../../functions/store/peers.ts';
import type { Author, Table } from '../../functions/store/table.ts';

const NAME = 'local';

/** Writes the peer that asks locally: it serves the started domain, has this one key and may explain. */
export async function writePeer(
  table: Table,
  key: string,
  domain: string,
  author: Author,
): Promise<void> {
  const compiled: Peer = {
    name: NAME,
    domains: [domain],
    hosts: [],
    trunks: [],
    trustIdentity: true,
    headers: 'both',
    divertedAs: 'dialled',
    loopToken: true,
    explain: true,
    defaultRoute: 'tag:default',
  };
  const hash = hashPeerKey(key);
  await changePeer(
    table,
    {
      name: NAME,
      next: (current) => {
        const { name: _, ...source } = compiled;
        const kept = current?.keys.filter((one) => one.hash === hash) ?? [];
        const keys =
          kept.length > 0 ? kept : [{ hash, created: new Date(table.now()).toISOString() }];
        return { source, compiled, keys };
      },
    },
    author,
  );
}
