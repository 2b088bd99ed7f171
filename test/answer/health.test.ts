import { expect, test } from 'vitest';
import { createHealth } from '../../functions/answer/health.ts';

/** A table whose reads are counted and can fail, and a clock. */
function world() {
  const state = { now: 0, frozen: 0, reads: 0, fails: false };
  const health = createHealth(
    async () => {
      state.reads += 1;
      if (state.fails) throw new Error('no');
    },
    () => ({ steady: state.now, wall: state.now + state.frozen }),
  );
  return { state, status: async () => (await health()).status, health };
}

test('says ok and no more where the table answers', async () => {
  const { status, body } = await world().health();
  expect([status, body]).toEqual([200, '{"status":"ok"}']);
});

test('503 where it does not, as a problem that tells nothing of why', async () => {
  const { state, health } = world();
  state.fails = true;
  const { status, headers, body } = await health();
  expect([status, headers['content-type']]).toEqual([503, 'application/problem+json']);
  expect(JSON.parse(body)).toMatchObject({ status: 503, detail: 'The table does not answer.' });
});

test('reads once in 5 s, whatever comes at once, and looks again after a failure', async () => {
  const { state, status } = world();
  await Promise.all(Array.from({ length: 100 }, status));
  state.now = 4_999;
  expect(await status()).toBe(200);
  expect(state.reads).toBe(1);
  Object.assign(state, { now: 5_000, fails: true });
  expect([await status(), state.reads]).toEqual([503, 2]);
  Object.assign(state, { now: 10_000, fails: false });
  expect([await status(), state.reads]).toEqual([200, 3]);
});

test('what was found before a freeze, in which a clock stood still, is old', async () => {
  const { state, status } = world();
  expect(await status()).toBe(200);
  Object.assign(state, { frozen: 600_000, fails: true });
  expect(await status()).toBe(503);
});
