/** A bare GetItem by the SDK behind the same local gateway and over the same table as Divert. */
import { Worker } from 'node:worker_threads';
import { readDefinition } from '../../../../infra/local/definition.ts';
import { startLocal } from '../../../../infra/local/local.ts';
import type { Word, Work } from '../../../../infra/local/worker.ts';

const [rules = '', file = ''] = process.argv.slice(2);
const local = await startLocal({ documents: [rules], port: 0 });
const routes = readDefinition('local')
  .routes.filter(({ key }) => key === 'POST /v1/route')
  .map(({ key, target }) => ({ key, target: { ...target, file } }));
const thread = new Worker(new URL('../../../../infra/local/worker.ts', import.meta.url), {
  workerData: { routes, port: 0, secret: new Uint8Array(32) } satisfies Work,
  env: {
    DIVERT_TABLE: local.table.name,
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
  },
});
thread.once('message', (word: Word) => {
  if ('failed' in word) throw new Error(word.failed);
  process.send?.({ port: word.port });
});
process.on('disconnect', () => void local.stop().then(() => process.exit(0)));
