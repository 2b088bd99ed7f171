import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { vi } from 'vitest';
import { handleApi } from '../../functions/admin/api.ts';
import { explainServices } from '../../functions/explain/services.ts';
import { fetchDocument } from '../../functions/fetch/fetch-document.ts';
import type { Table } from '../../functions/store/table.ts';
import { run } from '../../infra/cli/program.ts';
import { startTable } from '../store/fixtures.ts';
import { type Fault, startProxy } from './proxy.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BUNDLE = join(ROOT, 'dist/cli/divert.mjs');

/** How a command ended, and what it printed. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A table behind a proxy, announced as that of a running `npm start`. */
export interface World {
  readonly table: Table;
  readonly folder: string;
  /** What happens to the commands' requests. */
  fault: Fault;
  /** Resolves when no request of a command is under way. */
  quiet(): Promise<void>;
  /** Runs a command in this process. */
  divert(...args: string[]): Promise<Ended>;
  /** Starts the built command as a process of its own. */
  spawn(...args: string[]): Child;
  file(name: string, text: string): Promise<string>;
  stop(): Promise<void>;
}

export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export async function startWorld(): Promise<World> {
  const table = await startTable();
  const folder = await mkdtemp(join(tmpdir(), 'divert-cli-'));
  const proxy = await startProxy(table.database.endpoint, (...seen) => world.fault(...seen));
  const running = { url: '', endpoint: proxy.endpoint, table: table.name, region: 'local' };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  await writeFile(join(folder, 'running.json'), JSON.stringify({ ...running, ...credentials }));
  const world: World = {
    table,
    folder,
    fault: () => 'pass',
    quiet: proxy.quiet,
    async divert(...args) {
      vi.stubEnv('DIVERT_DATA', folder);
      const written = { out: '', err: '' };
      const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
        written.out += text;
        return true;
      });
      const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
        written.err += text;
        return true;
      });
      try {
        process.exitCode = 0;
        await run(args);
        return { code: Number(process.exitCode), ...written };
      } finally {
        process.exitCode = 0;
        out.mockRestore();
        err.mockRestore();
      }
    },
    spawn: (...args) => start(args, { DIVERT_DATA: folder }),
    async file(name, text) {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    async stop() {
      vi.unstubAllEnvs();
      await proxy.stop();
      table.client.destroy();
      await table.database.stop();
      await rm(folder, { recursive: true });
    },
  };
  return world;
}

function start(args: readonly string[], env: Record<string, string>): Child {
  const child = spawn(process.execPath, [BUNDLE, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code: code ?? -1, out, err }));
  });
  return { process: child, ended };
}

/** What calls read: every item under its key, as JSON. */
export async function whatCallsRead(table: Table): Promise<Map<string, unknown>> {
  const items = new Map<string, unknown>();
  let start: Record<string, { S: string }> | undefined;
  do {
    const page = await table.client.send(
      new ScanCommand({ TableName: table.name, ...(start && { ExclusiveStartKey: start }) }),
    );
    for (const { pk, json } of page.Items ?? []) {
      if (json?.S !== undefined) items.set(pk?.S ?? '', JSON.parse(json.S));
    }
    start = page.LastEvaluatedKey as typeof start;
  } while (start);
  return items;
}

/** Changes a subscriber through the admin API, although they belong to code. Returns its status. */
export async function changeByApi(
  table: Table,
  domain: string,
  user: string,
  patch: object,
): Promise<number> {
  const path = `/v1/iam/domains/${domain}/subscribers/${user}`;
  const event = {
    version: '2.0',
    rawPath: path,
    rawQueryString: 'force=true',
    headers: { 'content-type': 'application/merge-patch+json', 'if-match': '*' },
    requestContext: {
      http: { method: 'PATCH', path, sourceIp: '192.0.2.1' },
      authorizer: { iam: { userArn: 'arn:ann' } },
    },
    body: JSON.stringify(patch),
  } as unknown as APIGatewayProxyEventV2;
  return (
    await handleApi(
      event,
      table,
      { ...explainServices(table, () => {}), fetch: fetchDocument },
      () => {},
    )
  ).status;
}

/** The lines of a plan that say what changes: its titles, and the lines that go and come. */
export const changes = (out: string): string[] =>
  out
    .split('\n')
    .filter((line) => /^(?: {2}[-+~]| {6}[-+]) /.test(line))
    .map((line) => line.trim());
