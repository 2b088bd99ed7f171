import ipaddr from 'ipaddr.js';

/** Public by their range, and yet no server of anybody's. */
const NOT_FOR_US: readonly (readonly [range: string, what: string])[] = [
  ['168.63.129.16/32', 'a metadata'],
  ['3fff::/20', 'a reserved'], // documentation, RFC 9637
];
/** All that is given out of IPv6 so far; the rest is nobody's, or stands for IPv4 addresses. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

const IN_WORDS: Readonly<Record<string, string>> = {
  private: 'a private',
  uniqueLocal: 'a private',
  carrierGradeNat: 'a private',
  linkLocal: 'a link-local',
  loopback: 'a loopback',
  ipv4Mapped: 'a mapped IPv4',
  rfc6052: 'a translated IPv4',
  rfc6145: 'a translated IPv4',
  '6to4': 'a translated IPv4',
  teredo: 'a translated IPv4',
};

/**
 * Why nothing may be connected to at an IP address: it is no public one (RFC 6890), but inside a
 * network, where a service may trust whoever reaches it, or one of this machine's own. Undefined:
 * it is public.
 *
 * @param own this machine's addresses
 */
export function privateAddress(text: string, own: readonly string[]): string | undefined {
  if (!ipaddr.isValid(text)) return 'no';
  const address = ipaddr.parse(text);
  const range = address.range();
  if (range !== 'unicast') return IN_WORDS[range] ?? 'a reserved';
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST)) return 'a reserved';
  const special = NOT_FOR_US.find(([block]) => within(address, ipaddr.parseCIDR(block)));
  if (special) return special[1];
  const isOwn = own.some((one) => ipaddr.isValid(one) && same(ipaddr.parse(one), address));
  return isOwn ? "this machine's own" : undefined;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const within = (address: Address, [block, bits]: [Address, number]): boolean =>
  address.kind() === block.kind() && address.match(block as never, bits);

const same = (a: Address, b: Address): boolean => a.toNormalizedString() === b.toNormalizedString();
