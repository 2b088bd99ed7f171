import { readFileSync } from 'node:fs';
import { announcement, dataFolder } from '../local/data-folder.ts';
import { Failure } from './failure.ts';

/** What a running `npm start` says of its database. */
export interface Running {
  readonly endpoint: string;
  readonly table: string;
  /** CloudWatch Logs' API over its log. */
  readonly logs?: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The table of this checkout's `npm start`. Throws `Failure` where none runs. */
export function runningTable(env = process.env): Running {
  const data = dataFolder(env);
  if (data === undefined) {
    if (env.DIVERT_DATA) {
      throw new Failure(
        `no local Divert runs with DIVERT_DATA=${env.DIVERT_DATA}: run \`npm start\` with it, unset it, or name a deployed --stage`,
      );
    }
    throw new Failure(
      'no local Divert runs here: run `npm start` in the checkout, or name a deployed --stage',
    );
  }
  const { endpoint, table, logs, region, accessKeyId, secretAccessKey } = JSON.parse(
    readFileSync(announcement(data), 'utf8'),
  );
  return { endpoint, table, logs, region, credentials: { accessKeyId, secretAccessKey } };
}
