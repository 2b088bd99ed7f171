/**
 * `npm run lambda`: the packaged functions as Lambda runs them. What becomes of calls after a
 * freeze, written into docs/faults.md, and of first signed calls while Parameter Store is slow.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from '../../../infra/build/bundle.ts';
import { DOCUMENT, withTable } from '../faults/document.ts';
import { optionsFrom } from '../options.ts';
import { freezeTable, printFreeze } from './freeze.ts';
import { Quota, shareOf } from './quota.ts';
import { printSecrets, secretsTable } from './secrets.ts';
import { LambdaWorld } from './world.ts';

const USAGE = `npm run lambda -- [options]
  --frozen SECONDS  for how long instances are frozen; default 32
  --starts N        cold starts for each latency of Parameter Store; default 5
  --deadline MS     of a decision; default 250, as it is deployed
  --memory MB       whose share of a processor a cold start gets; default 512`;

const { frozen, starts, memory, deadline } = optionsFrom(USAGE, {
  frozen: 32,
  starts: 5,
  memory: 512,
  deadline: 250,
});
await build();
const world = await LambdaWorld.start();
const quota = Quota.of(shareOf(memory));
try {
  const rows = await freezeTable(world, {
    frozenMs: frozen * 1_000,
    env: { DIVERT_DEADLINE_MS: String(deadline) },
  });
  const table = printFreeze(rows);
  const first = rows.map(({ calls }) => calls[0]?.milliseconds ?? 0);
  const warm = rows.map(({ warmMs }) => warmMs);
  console.log(`Frozen for ${frozen} s\n\n${table}\n`);
  console.log(`first call: at most ${max(first)} ms; a warm one before: at most ${max(warm)} ms\n`);
  if (quota === undefined) console.log('No control group of its own: a whole processor.');
  console.log(`First signed calls at ${quota ? `${memory} MB` : 'full speed'}\n`);
  const secrets = await secretsTable(world, [20, 60, 120], starts, quota);
  console.log(printSecrets(secrets));
  const document = withTable(readFileSync(DOCUMENT, 'utf8'), table, 'lambda');
  // Milliseconds of a machine that runs something else are no documentation: only with the quota.
  writeFileSync(
    DOCUMENT,
    quota ? withTable(document, printSecrets(secrets), 'lambda, secrets') : document,
  );
  const degraded = rows.some(({ calls }) => calls.some(({ answer }) => answer.degraded));
  if (degraded || secrets.some((row) => row.degraded > 0)) process.exitCode = 1;
} finally {
  quota?.remove();
  await world.stop();
}

function max(times: readonly number[]): string {
  return Math.max(...times).toFixed(0);
}
