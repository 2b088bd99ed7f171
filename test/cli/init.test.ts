import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

test('divert init writes what check finds sound, and whose cases pass', async () => {
  const into = `${world.folder}/mine`;
  const written = await world.divert('init', 'My.Example', '--country', 'de', '--into', into);
  expect([written.err, written.code]).toEqual(['', 0]);
  const checked = await world.divert('check', `${into}/rules`, `${into}/peers.yaml`);
  expect([checked.out, checked.code]).toEqual([expect.stringMatching(/sound\.\n$/), 0]);
  const tested = await world.divert('test', `${into}/rules`);
  expect(tested.out).toContain('3 passed, 0 failed');
  expect((await world.divert('apply', `${into}/rules/my.example.yaml`, '--yes')).code).toBe(0);
});

test('divert init writes over nothing', async () => {
  const into = `${world.folder}/twice`;
  await world.divert('init', 'x.example', '--into', into);
  const { code, err } = await world.divert('init', 'x.example', '--into', into);
  expect([code, err]).toEqual([1, expect.stringContaining('is there already')]);
});

test('a folder without rules says so', async () => {
  const empty = await mkdtemp(join(world.folder, 'empty-'));
  const { code, err } = await world.divert('check', empty);
  expect([code, err]).toEqual([1, expect.stringContaining('there is no .yaml file')]);
});
