import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { privateAddress } from '../../functions/fetch/public-address.ts';

/* The special-purpose registries of IANA (RFC 6890), as blocks of numbers of our own. */

const ipv4 = (text: string): bigint =>
  text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
const ipv6 = (groups: readonly number[]): bigint =>
  groups.reduce((value, group) => value * 65536n + BigInt(group), 0n);
const textOf4 = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
const groupsOf = (value: bigint): bigint[] =>
  Array.from({ length: 8 }, (_, i) => (value >> BigInt(112 - 16 * i)) & 65535n);
const textOf6 = (value: bigint): string =>
  groupsOf(value)
    .map((group) => group.toString(16))
    .join(':');

const SPECIAL_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
].map((block) => {
  const [address = '', bits] = block.split('/');
  return { block, base: ipv4(address), free: 32n - BigInt(bits as string) };
});

const SPECIAL_6: readonly (readonly [name: string, groups: readonly number[], bits: number])[] = [
  ['unspecified, loopback, compatible', [], 96],
  ['IPv4-mapped', [0, 0, 0, 0, 0, 0xffff], 96],
  ['NAT64', [0x64, 0xff9b], 96],
  ['NAT64 of a network', [0x64, 0xff9b, 1], 48],
  ['discard', [0x100], 64],
  ['Teredo', [0x2001, 0], 32],
  ['benchmarking', [0x2001, 2], 48],
  ['documentation', [0x2001, 0xdb8], 32],
  ['documentation, new', [0x3fff], 20],
  ['6to4', [0x2002], 16],
  ['not given out', [0x4000], 2],
  ['SRv6', [0x5f00], 16],
  ['private', [0xfc00], 7],
  ['link-local', [0xfe80], 10],
  ['site-local', [0xfec0], 10],
  ['multicast', [0xff00], 8],
];

describe('no address is public', () => {
  test.each(SPECIAL_4)('of $block', ({ base, free }) => {
    const inside = fc.bigInt({ min: base, max: base + (1n << free) - 1n });
    fc.assert(
      fc.property(inside, (value) => {
        expect(privateAddress(textOf4(value), [])).toBeDefined();
        // The same address however IPv6 carries it.
        const mapped = textOf6((0xffffn << 32n) | value);
        expect(privateAddress(mapped, [])).toBeDefined();
        expect(privateAddress(`::ffff:${textOf4(value)}`, [])).toBeDefined();
      }),
    );
  });

  test.each(SPECIAL_6)('of those that are %s', (_, groups, bits) => {
    const whole = Array.from({ length: 8 }, (_, i) => groups[i] ?? 0);
    const base = ipv6(whole);
    const free = 128n - BigInt(bits);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << free) - 1n }), (rest) => {
        expect(privateAddress(textOf6(base | rest), [])).toBeDefined();
      }),
    );
  });

  test('that this machine has', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }), (value) => {
        expect(privateAddress(textOf4(value), ['::1', textOf4(value)])).toBeDefined();
      }),
    );
    expect(privateAddress('2a01:4f8::1', ['2A01:04f8:0::1'])).toBe("this machine's own");
  });

  test('that is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[\d.]+$|:/.test(text));
        expect(privateAddress(text, [])).toBeDefined();
      }),
    );
    for (const text of ['fe80::1%eth0', '8.8.8.8/32', '8.8.8.8 ', '']) {
      expect(privateAddress(text, [])).toBeDefined();
    }
  });
});

test('every other IPv4 address is public', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }), (value) => {
      const special = [
        ...SPECIAL_4,
        // Served by many, for the domain name system and for multicast.
        ...['192.31.196.0', '192.52.193.0', '192.175.48.0'].map((base) => ({
          base: ipv4(base),
          free: 8n,
        })),
      ].some(({ base, free }) => value >> free === base >> free);
      expect(privateAddress(textOf4(value), []) === undefined).toBe(!special);
    }),
    { numRuns: 2000 },
  );
});

test.each(['2606:4700::6810:1', '2a00:1450:4001:81b::200e', '2400:cb00::1', '8.8.8.8'])(
  '%s is public',
  (address) => {
    expect(privateAddress(address, ['127.0.0.1', '10.0.0.7'])).toBeUndefined();
  },
);
