import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { assertFree, freePort } from '../../infra/local/port.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** Listens on the loopback; whether the port was free. */
async function take(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  const free = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (free) open.push(server);
  return free;
}

test('takes a free port', async () => {
  await assertFree(await freePort());
});

test('proposes a port that is free, where the next ones are taken too', async () => {
  const port = await freePort();
  // Taken by this test or by somebody else, it is all the same.
  for (let next = port; next < port + 3; next++) await take(next);
  const refused = await assertFree(port).catch(({ message }: Error) => message);
  const proposed = Number(
    new RegExp(`^port ${port} is in use: stop what uses it, or start with PORT=(\\d+)$`).exec(
      refused ?? '',
    )?.[1],
  );
  expect(proposed).toBeGreaterThanOrEqual(port + 3);
  expect(await take(proposed)).toBe(true);
});

test('proposes one where there is none after the taken one', async () => {
  await take(65_535);
  const refused = await assertFree(65_535).catch(({ message }: Error) => message);
  expect(refused).toMatch(/^port 65535 is in use: .* start with PORT=\d{4,5}$/);
  expect(refused).not.toContain('65536');
});
