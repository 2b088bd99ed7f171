/**
 * Why a document may not be fetched from an address, in words that go after it: only HTTPS on its own
 * port, and nothing secret in what many people read. Undefined: it may, if its host is a public one.
 */
export function addressFault(address: string): string | undefined {
  if (!URL.canParse(address)) return 'is no address';
  const { protocol, port, username, password } = new URL(address);
  if (protocol !== 'https:') return 'must begin with https://';
  if (port !== '') return 'must be on port 443';
  if (username !== '' || password !== '') return 'must not have a user or a password in it';
  return undefined;
}
