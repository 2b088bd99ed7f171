import type { Peer } from '../../functions/decide/model.ts';

/** A full URI for what people write: a name or number alone is of the peer's first domain. */
export function addressOf(text: string, peer: Pick<Peer, 'domains'>): string {
  const bare = text.trim().replace(/^<(.*)>$/, '$1');
  if (/^(?:sips?|tel|urn):/i.test(bare)) return bare;
  // A number as people write it, with spaces.
  if (/^\+?[\d().\s-]+$/.test(bare)) {
    return `sip:${bare.replaceAll(/\s/g, '')}@${peer.domains[0]}`;
  }
  return bare.includes('@') ? `sip:${bare}` : `sip:${bare}@${peer.domains[0]}`;
}
