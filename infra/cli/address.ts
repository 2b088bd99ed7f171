import type { Peer } from '../../functions/decide/model.ts';

/** A full URI for what people write: a name or number alone is of the peer's first domain. */
export function addressOf(text: string, peer: Pick<Peer, 'domains'>): string {
  const bare = text.trim().replace(/^<(.*)>$/, '$1');
  if (/^(?:sips?|tel|urn):/i.test(bare)) return bare;
  return bare.includes('@') ? `sip:${bare}` : `sip:${withoutSpaces(bare)}@${peer.domains[0]}`;
}

/** A number without the spaces that people write in it; anything else as it is. */
export const withoutSpaces = (name: string): string =>
  /^\+?[\d().\s-]+$/.test(name) ? name.replaceAll(/\s/g, '') : name;
