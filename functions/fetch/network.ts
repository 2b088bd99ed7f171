import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect, type TLSSocket } from 'node:tls';

/** What is asked of the network when a document is fetched. */
export interface Network {
  /** All IP addresses of a host. Rejects with an error that has a code where it has none. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Begins TLS with a host, on port 443, at this address and no other. */
  readonly connect: (address: string, host: string) => TLSSocket;
  /** The addresses of this machine. */
  readonly own: () => readonly string[];
}

/** The network that this machine is in, by its own resolver and its own certificates. */
export const INTERNET: Network = {
  resolve: async (host) => {
    // Most networks reach every IPv4 address, and not all an IPv6 one.
    const found = await lookup(host, { all: true, order: 'ipv4first' });
    return found.map(({ address }) => address);
  },
  connect: (address, host) =>
    connect({ host: address, port: 443, ...(isIP(host) === 0 && { servername: host }) }),
  own: () =>
    Object.values(networkInterfaces()).flatMap((one = []) => one.map(({ address }) => address)),
};
