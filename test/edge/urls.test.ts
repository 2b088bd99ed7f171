/** Several Divert URLs, each with its own breaker; and refusals that are said in words. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { HURRIED_EDGE } from './patience.ts';
import { freePort } from './ports.ts';
import { finalOf, RawPhone, rawCall } from './raw.ts';
import { Bench, userOf } from './scenario.ts';
import { onOutcome, to } from './steps.ts';
import { waysToAsk } from './ways.ts';
import { type Reply, ScriptedWebhook } from './webhook.ts';

const MOVED = to('sip:carol@example.com');

describe.each(waysToAsk())('asking with %s', (way) => {
  test('the second Divert answers when the first is killed, and no call loses its diversion', async () => {
    const first = new ScriptedWebhook();
    const second = new ScriptedWebhook();
    const urls = [await first.start(), await second.start()];
    for (const { scripts } of [first, second]) {
      scripts.set('always', () => MOVED).set('rings', onOutcome(MOVED, 2));
    }
    const bench = await Bench.start({
      ...HURRIED_EDGE,
      EDGE_CLIENT: way,
      DIVERT_URL: urls.join(', '),
    });
    const phone = await RawPhone.start(bench.edge, 'rings', [{ line: '180 Ringing' }]);
    try {
      const call = async (user: string) =>
        finalOf(await rawCall(bench.edge, { uri: `sip:${user}@example.com` })).slice(8, 11);
      expect(await Promise.all([call('always'), call('rings')])).toEqual(['302', '302']);
      expect(first.asked('always')).toHaveLength(1);
      expect(second.asked('always')).toEqual([]);

      const rings = call('rings');
      await vi.waitFor(() => expect(first.asked('rings')).toHaveLength(3), 5_000);
      await first.stop();
      const statuses = [await rings];
      for (let n = 0; n < 12; n++) statuses.push(await call('always'));
      expect(new Set(statuses)).toEqual(new Set(['302']));
      expect(second.asked('always')).toHaveLength(12);
      // The breaker of the first is open, the second's is not.
      expect(bench.edge.log).toContain(`Divert at ${urls[0]} failed 5 times`);
      expect(bench.edge.log).not.toContain(`Divert at ${urls[1]} failed`);
    } finally {
      phone.stop();
      await bench.stop();
      await second.stop();
    }
  });

  test('the first is asked again when it is back', async () => {
    const first = new ScriptedWebhook();
    const second = new ScriptedWebhook();
    let broken = true;
    const answer = (): Reply => (broken ? { status: 503, body: 'down' } : MOVED);
    first.scripts.set('always', answer);
    second.scripts.set('always', () => MOVED);
    const urls = [await first.start(), await second.start()];
    const bench = await Bench.start({
      ...HURRIED_EDGE,
      EDGE_CLIENT: way,
      DIVERT_URL: urls.join(','),
    });
    try {
      const call = () => rawCall(bench.edge, { uri: 'sip:always@example.com' });
      for (let n = 0; n < 8; n++) expect(finalOf(await call())).toMatch(/^SIP\/2\.0 302 /);
      const asked = first.asked('always').length;
      expect(asked).toBe(5);
      broken = false;
      for (let n = 0; n < 20 && first.asked('always').length < asked + 2; n++) {
        await sleep(400);
        await call();
      }
      expect(first.asked('always').length).toBeGreaterThan(asked + 1);
    } finally {
      await bench.stop();
      await first.stop();
      await second.stop();
    }
  });

  test.each([
    [401, 'does not know the key of this edge'],
    [403, 'does not cover this domain'],
  ])('a %i is said once, and is no failure', async (status, said) => {
    const bench = await Bench.start({ ...HURRIED_EDGE, EDGE_CLIENT: way });
    try {
      const { bob } = bench.users();
      bench.webhook.scripts.set(userOf(bob), () => ({ status, body: '{}' }));
      for (let n = 0; n < 7; n++) await rawCall(bench.edge, { uri: bob });
      // About the INVITE, and about the user who is not there.
      expect(bench.webhook.asked(userOf(bob))).toHaveLength(14);
      expect(bench.edge.log.split(said)).toHaveLength(2);
    } finally {
      await bench.stop();
    }
  });
});

test.each([
  [401, 'does not know this key (401): set DIVERT_KEY'],
  [403, "this key does not cover example.com (403): see the peer's domains"],
])('npm run edge says when it starts that Divert answers %i', async (status, said) => {
  const webhook = new ScriptedWebhook();
  webhook.scripts.set('divert-edge-starts', () => ({ status, body: '{}' }));
  const bench = await Bench.start({ ...HURRIED_EDGE, DIVERT_URL: await webhook.start() });
  try {
    await vi.waitFor(() => expect(bench.edge.log).toContain(said), 5_000);
  } finally {
    await bench.stop();
    await webhook.stop();
  }
});

test('npm run edge says when it starts that Divert is not there', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const bench = await Bench.start({ ...HURRIED_EDGE, DIVERT_URL: url });
  try {
    await vi.waitFor(
      () => expect(bench.edge.log).toContain(`Divert at ${url} does not answer`),
      5_000,
    );
  } finally {
    await bench.stop();
  }
});
