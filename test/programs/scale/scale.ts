/**
 * `npm run scale [-- SUBSCRIBERS]`: applies, plans and pulls 100,000 subscribers on an embedded
 * database with its data on disk, and tells time and memory of each command.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { argumentsFrom } from '../../../infra/arguments.ts';
import { build } from '../../../infra/build/bundle.ts';
import { createTable } from '../../../infra/local/create-table.ts';
import { startDatabase } from '../../../infra/local/database.ts';
import { measure } from './measure.ts';
import { writeRules } from './rules.ts';

const USAGE = `npm run scale [-- SUBSCRIBERS]: checks, plans, applies and pulls so many, 100000 unless given,
on an embedded database, and tells time and memory of each command`;
const [count = '100000'] = argumentsFrom(USAGE, 1);
if (!/^[1-9]\d{0,8}$/.test(count)) {
  console.error(`${count}: give a number of subscribers\n\n${USAGE}`);
  process.exit(1);
}
const subscribers = Number(count);
const folder = await mkdtemp(join(tmpdir(), 'divert-scale-'));
await build();
const database = await startDatabase(folder);
try {
  const connection = { region: 'local', accessKeyId: 'local', secretAccessKey: 'local' };
  const { region, ...credentials } = connection;
  const client = new DynamoDBClient({ endpoint: database.endpoint, region, credentials });
  await createTable(client, 'divert-scale');
  const running = { ...connection, endpoint: database.endpoint, table: 'divert-scale' };
  await writeFile(join(folder, 'running.json'), JSON.stringify(running));
  const rules = join(folder, 'rules.yaml');
  const pulled = join(folder, 'pulled.yaml');
  await writeRules(rules, subscribers);

  let failed = false;
  const step = async (name: string, args: string[], expected: number, output?: string) => {
    const { code, seconds, megabytes, err } = await measure(folder, args, output);
    const fits = code === expected && megabytes < 1000;
    failed ||= !fits;
    console.log(
      `${fits ? 'ok  ' : 'FAIL'} ${name.padEnd(28)} ${seconds.toFixed(1).padStart(7)} s ${String(megabytes).padStart(5)} MB${fits ? '' : `  exit ${code}, not ${expected}: ${err}`}`,
    );
  };
  console.log(`${subscribers} subscribers`);
  await step('check', ['check', rules], 0);
  await step('plan, all of them new', ['plan', rules], 2);
  await step('apply', ['apply', rules, '--yes'], 0);
  await step('plan, nothing to change', ['plan', rules], 0);
  await step('pull', ['pull', 'scale.example'], 0, pulled);
  await step('plan what was pulled', ['plan', pulled], 0);
  process.exitCode = failed ? 1 : 0;
} finally {
  await database.stop();
  await rm(folder, { recursive: true });
}
