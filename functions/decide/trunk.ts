import { BlockList, isIP } from 'node:net';
import type { Peer } from './model.ts';

/** The addresses of a peer's trunks, read once for as long as the peer itself is kept. */
const lists = new WeakMap<Peer, BlockList>();

/** Whether an INVITE came from one of the peer's trunks (an address or a CIDR block). */
export function isTrunk(sourceAddress: string | undefined, peer: Peer): boolean {
  if (sourceAddress === undefined || peer.trunks.length === 0) return false;
  const address = bare(sourceAddress);
  const version = isIP(address);
  if (version === 0) return peer.trunks.includes(sourceAddress);
  let list = lists.get(peer);
  if (list === undefined) {
    list = listOf(peer.trunks);
    lists.set(peer, list);
  }
  return list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function listOf(trunks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const trunk of trunks) {
    const [address = '', bits] = trunk.split('/');
    const version = isIP(bare(address));
    if (version === 0) continue;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(bare(address), family);
    else list.addSubnet(bare(address), Number(bits), family);
  }
  return list;
}

/** Edges write `203.0.113.7:5060` and `[2001:db8::1]:5060` too. */
function bare(address: string): string {
  const bracket = /^\[([^\]]*)\]/.exec(address);
  if (bracket) return bracket[1] ?? '';
  const port = /^([0-9.]+):\d+$/.exec(address);
  return port?.[1] ?? address;
}
