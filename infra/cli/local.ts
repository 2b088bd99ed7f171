import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure } from './failure.ts';

/** What a running `npm start` says of its database. */
export interface Running {
  readonly endpoint: string;
  readonly table: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The table of this checkout's `npm start`. Throws `Failure` where none runs. */
export function runningTable(env = process.env): Running {
  const path = announcement(env.DIVERT_DATA);
  if (path === undefined) {
    throw new Failure(
      'no local Divert runs here: run `npm start` in the checkout, or name a deployed --stage',
    );
  }
  const { endpoint, table, region, accessKeyId, secretAccessKey } = JSON.parse(
    readFileSync(path, 'utf8'),
  );
  return { endpoint, table, region, credentials: { accessKeyId, secretAccessKey } };
}

/** `running.json` in the data folder: the given one, or that of the checkout around this folder. */
function announcement(data: string | undefined): string | undefined {
  if (data) return existing(join(data, 'running.json'));
  for (let folder = resolve('.'); ; folder = dirname(folder)) {
    const path = existing(join(folder, '.divert/data/running.json'));
    if (path !== undefined || folder === dirname(folder)) return path;
  }
}

const existing = (path: string): string | undefined => (existsSync(path) ? path : undefined);
