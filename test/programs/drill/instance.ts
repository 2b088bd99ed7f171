import { Worker } from 'node:worker_threads';
import type { Answer } from '../../../functions/decide/decision.ts';
import { readDefinition } from '../../../infra/local/definition.ts';
import type { Word, Work } from '../../../infra/local/worker.ts';

/** The deployed bundles in a thread of their own, which know nothing yet. */
export interface Instance {
  readonly url: string;
  ask(key: string, call: object): Promise<Answer>;
  stop(): Promise<unknown>;
}

/** @param endpoint of the database, in which the table has its local name */
export async function startInstance(endpoint: string): Promise<Instance> {
  const { routes, environment } = readDefinition('local');
  const calls = routes.filter(({ key }) => key === 'POST /v1/route');
  const thread = new Worker(new URL('../../../infra/local/worker.ts', import.meta.url), {
    workerData: { routes: calls, port: 0, secret: new Uint8Array(32) } satisfies Work,
    stdout: true,
    env: {
      ...environment,
      // What is asked is how, not how fast: a busy machine must not decide it.
      DIVERT_DEADLINE_MS: '5000',
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    },
  });
  const word = await new Promise<Word>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  if ('failed' in word) throw new Error(word.failed);
  const url = `http://127.0.0.1:${word.port}`;
  return {
    url,
    async ask(key, call) {
      const response = await fetch(`${url}/v1/route`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(call),
      });
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return (await response.json()) as Answer;
    },
    stop: () => thread.terminate(),
  };
}
