/** The short form of docs/interop.md: each kind of phone once, over another transport; `npm run interop` has all. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Row, type Situation, World } from './interop.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const SHORT: readonly (readonly [string, Row, readonly Situation[]])[] = [
  [
    'linphonec over TLS, to baresip',
    { a: 'linphonec', c: 'baresip', transport: 'tls' },
    ['busy', 'feature code'],
  ],
  [
    'baresip over TCP, to linphonec',
    { a: 'baresip', c: 'linphonec', transport: 'tcp' },
    ['own 302', 'loop'],
  ],
  // RFC 7118, RFC 8829: JsSIP follows no 302, so the edge does, as the peer's settings say.
  [
    'a browser over WSS, whose call to a busy user ends at a browser, and is heard',
    { a: 'JsSIP', c: 'JsSIP', transport: 'wss' },
    ['busy'],
  ],
];

test.each(SHORT)('%s', async (_, row, situations) => {
  const c = await world.phone(row.c, 'carol', row, true);
  const a = await world.phone(row.a, 'alice', row, false);
  try {
    for (const situation of situations) {
      expect(await world.play(situation, a, c), world.log).toMatch(/\S/);
    }
  } finally {
    await a.stop();
    await c.stop();
  }
});

// A BYE whose Contact cannot be reached is lost, and neither phone says so.
test('no request of theirs was lost on its way', () => {
  expect(world.log).not.toMatch(/could not resolve|failure to add branches/);
});
