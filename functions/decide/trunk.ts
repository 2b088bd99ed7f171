import { BlockList, isIP } from 'node:net';

/** The lists of a peer's addresses, read once for as long as the peer itself is kept. */
const lists = new WeakMap<readonly string[], BlockList>();

/**
 * Whether an INVITE came from one of these addresses or CIDR blocks: the peer's `trunks`, or those
 * that it believes with more.
 */
export function comesFrom(
  sourceAddress: string | undefined,
  addresses: readonly string[],
): boolean {
  if (sourceAddress === undefined || addresses.length === 0) return false;
  const address = bare(sourceAddress);
  const version = isIP(address);
  if (version === 0) return addresses.includes(sourceAddress);
  let list = lists.get(addresses);
  if (list === undefined) {
    list = listOf(addresses);
    lists.set(addresses, list);
  }
  return list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const one of addresses) {
    const [address = '', bits] = one.split('/');
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
