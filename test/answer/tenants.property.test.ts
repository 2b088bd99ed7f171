import fc from 'fast-check';
import { expect, test } from 'vitest';
import { call, door, http, KEY, OTHER_KEY } from './fixtures.ts';

const HOSTS = ['example.com', 'EXAMPLE.com', 'other.example', 'else.example', '192.0.2.1', '[::1]'];
const USERS = ['bob', 'bob%23', 'dave', '+49301234567', '0301234567', 'a#b', 'POLICY', '..%2F'];

const OWN: Record<string, string> = { [KEY]: 'example.com', [OTHER_KEY]: 'other.example' };

const uri = fc
  .record({
    scheme: fc.constantFrom('sip:', 'sips:', 'tel:'),
    user: fc.oneof(fc.constantFrom(...USERS), fc.string({ maxLength: 12 })),
    host: fc.constantFrom(...HOSTS),
  })
  .map(({ scheme, user, host }) =>
    scheme === 'tel:' ? `tel:${user}` : `${scheme}${user}@${host}`,
  );

const request = fc.record({
  callId: fc.string({ minLength: 1 }),
  requestUri: uri,
  from: uri.map((text) => `<${text}>;tag=1`),
  to: uri.map((text) => `<${text}>`),
  headers: fc.dictionary(
    fc.constantFrom('Diversion', 'History-Info', 'P-Asserted-Identity', 'Supported'),
    uri.map((text) => `<${text}>;reason=user-busy;index=1`),
  ),
  outcome: fc.option(
    fc.record({
      status: fc.constantFrom(302, 404, 408, 480, 486, 503, 603),
      contacts: fc.array(
        uri.map((text) => `<${text}>`),
        { maxLength: 12 },
      ),
    }),
    { nil: undefined },
  ),
});

test('a key of one domain never reads anything of another, nor names it', async () => {
  await fc.assert(
    fc.asyncProperty(request, fc.constantFrom(KEY, OTHER_KEY, 'wrong'), async (body, key) => {
      const { ask, reads, lines } = door();
      const { response } = await ask(http(body, { headers: { authorization: `Bearer ${key}` } }));
      const own: string | undefined = OWN[key];
      for (const read of reads()) {
        const [what, domain] = read.split(' ');
        if (what === 'policy' || what === 'subscriber') expect(domain).toBe(own);
      }
      if (key === 'wrong') expect(response.status).toBe(401);
      else expect([200, 400, 403]).toContain(response.status);
      expect(lines.filter((line) => line.event === 'error')).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('whatever a body is, it is answered or refused', async () => {
  const { ask, lines } = door();
  const some = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .object({ key: fc.constantFrom(...Object.keys(call()), 'headers', '__proto__') })
      .map((o) => ({
        ...call(),
        ...o,
      })),
  );
  await fc.assert(
    fc.asyncProperty(some, async (body) => {
      const { response } = await ask(http(body));
      expect([200, 400, 403]).toContain(response.status);
      expect(lines.splice(0).filter((line) => line.event === 'error')).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('what a caller writes into a request never begins a header of its own', async () => {
  const { ask } = door();
  const hostile = fc
    .array(fc.constantFrom('\r\n', '<', '>', '"', ';', ',', 'X-Evil: 1', 'bob', '@', '%0d%0a'))
    .map((parts) => parts.join(''));
  const field = fc.constantFrom('Diversion', 'History-Info', 'Supported', 'P-Asserted-Identity');
  await fc.assert(
    fc.asyncProperty(hostile, field, hostile, async (user, name, value) => {
      const body = call({
        requestUri: `sip:bob@example.com;x=${user}`,
        headers: { [name]: value, Supported: 'histinfo' },
      });
      const { response, json } = await ask(http(body));
      if (response.status !== 200) return;
      for (const line of [...(json.headers ?? []), ...(json.contacts ?? [])]) {
        expect(line).not.toMatch(/[\r\n]/);
      }
    }),
    { numRuns: 500 },
  );
});
