import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build } from '../../../infra/build/bundle.ts';
import { startWorld } from '../../cli/world.ts';
import { measure } from './measure.ts';
import { writeRules } from './rules.ts';

/** The short form of `npm run scale`. */
test('2,000 subscribers are applied and pulled within 500 MB', {
  timeout: 120_000,
}, async () => {
  await build();
  const world = await startWorld();
  const rules = join(world.folder, 'rules.yaml');
  await writeRules(rules, 2000);
  const applied = await measure(world.folder, ['apply', rules, '--yes']);
  const pull = await measure(world.folder, ['pull', 'scale.example']);
  await world.stop();
  expect([applied, pull].map(({ code }) => code)).toEqual([0, 0]);
  expect(applied.err).toMatch(/^2001\/2001 subscribers of scale\.example, \d+\/s, 0 s left$/m);
  for (const { megabytes } of [applied, pull]) expect(megabytes).toBeLessThan(500);
});
