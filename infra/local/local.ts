import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { apply } from '../../functions/provision/apply/apply.ts';
import { desiredOf } from '../../functions/provision/apply/desired.ts';
import { withOwnRules } from '../../functions/provision/apply/own-rules.ts';
import { makePlan, type Plan } from '../../functions/provision/apply/plan.ts';
import { removalText, removesTooMany } from '../../functions/provision/apply/removals.ts';
import { addressesIn } from '../../functions/provision/calendar-copies.ts';
import { Invalid } from '../../functions/provision/refusal.ts';
import { printProblem } from '../../functions/rules/source/fault.ts';
import { openTable, type Table } from '../../functions/store/table.ts';
import { seedTokenKeys } from '../../functions/store/token-keys.ts';
import { buildIfStale } from '../build/bundle.ts';
import { signToken, tokenSecret } from './authorizer.ts';
import { type ConsoleOptions, openConsole } from './console.ts';
import { createTable, openStream } from './create-table.ts';
import { announcement } from './data-folder.ts';
import { type Database, startDatabase } from './database.ts';
import { readDefinition } from './definition.ts';
import { loadDocuments } from './documents.ts';
import { type PutEntry, serveEventBus } from './event-bus.ts';
import { LocalFailure } from './failure.ts';
import { openLogFile } from './log-file.ts';
import { inLines } from './log-lines.ts';
import { serveLogs } from './logs-api.ts';
import { localPeer, writePeer } from './peer.ts';
import { assertFree } from './port.ts';
import type { Throttle } from './token-bucket.ts';
import type { Word, Work } from './worker.ts';

export interface LocalOptions {
  /** Files of rules, of one domain or several. */
  readonly documents: readonly string[];
  /** Although many subscribers would go that the data has. */
  readonly allowRemovals?: boolean;
  /** Of the HTTP server; 0 takes a free one. */
  readonly port: number;
  /** The folder that keeps the data; absent: in memory. */
  readonly data?: string;
  /** The local peer's key; default `local-key`. */
  readonly key?: string;
  /** A DynamoDB API that runs already; absent: the embedded one is started. */
  readonly endpoint?: string;
  /** Added to the functions' environment, e.g. `DIVERT_DEADLINE_MS`. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * The limits of the webhook's routes, above which requests get 429, or those that are deployed; the
   * other routes have theirs. Absent: none, for callers that measure or load what is behind them.
   */
  readonly throttle?: Throttle | 'deployed';
  /** Serves the console too, with a sign-in of its own or the provider that the environment names. */
  readonly console?: ConsoleOptions;
  /** Takes what the functions write, which is logged in any case: log lines, and errors of handlers. */
  readonly onOutput?: (text: string) => void;
  /**
   * Takes the event of every change that is made from then on. Absent: the table has no stream, which
   * callers that measure do not want to be read.
   */
  readonly onChange?: (event: PutEntry) => void;
}

export interface Local {
  /** `http://localhost:PORT` */
  readonly url: string;
  /** Of the console, where it was asked for. */
  readonly console?: string;
  /** Of the DynamoDB API. */
  readonly endpoint: string;
  readonly table: Table;
  readonly key: string;
  /** A token for the admin API with these claims, e.g. `{ sub, 'divert:role': 'admin', … }`. */
  token(claims: Record<string, unknown>): Promise<string>;
  /** What applying the documents changed, a domain each; the first is that of the first file. */
  readonly plans: readonly Plan[];
  /** Warnings about the documents, as `file:line:column: text`. */
  readonly warnings: readonly string[];
  /** Ends everything that was started; the data stays. */
  stop(): Promise<void>;
}

/** Region and credentials mean nothing to a local database, but the SDK wants them. */
const LOCAL = { region: 'local', accessKeyId: 'local', secretAccessKey: 'local' };
const STAGE = 'local';
const AUTHOR = { who: 'npm start', from: 'localhost' };

/**
 * Starts what is deployed on this machine: the table, the rules applied to it, the functions'
 * bundles behind an HTTP server. Throws `LocalFailure`; nothing is left running then.
 */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { key = 'local-key', data } = options;
  const stops: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const documents = loadDocuments(options.documents);
    const domains = documents.map(({ policy }) => policy.domain);
    const peer = localPeer(domains);
    await assertFree(options.port);
    if (data !== undefined) await assertUnused(data);
    const database = await openDatabase(options.endpoint, data);
    stops.push(() => database.stop());
    const { region, ...credentials } = LOCAL;
    const client = new DynamoDBClient({ endpoint: database.endpoint, region, credentials });
    stops.push(() => client.destroy());
    await buildIfStale().catch((error: Error) => {
      throw new LocalFailure(`the functions can't be built: ${error.message}`);
    });
    const table = openTable(client, `divert-${STAGE}`);
    await createTable(client, table.name).catch((error) => {
      throw noAnswer(database.endpoint, error);
    });
    const plans: Plan[] = [];
    for (const rules of documents) {
      plans.push(await makePlan(table, desiredOf(await withOwnRules(table, rules))));
    }
    const wide = options.allowRemovals ? [] : plans.filter(removesTooMany);
    if (wide.length > 0) {
      throw new LocalFailure(
        `${wide.map(removalText).join('\n')}\nNothing was changed. Is it the right file? If this is meant: npm start -- --allow-removals${options.documents.map((file) => ` ${file}`).join('')}`,
      );
    }
    for (const plan of plans) {
      await apply(table, plan, { author: AUTHOR }).catch((error) => {
        throw error instanceof Invalid ? new LocalFailure(error.message) : error;
      });
    }
    await writePeer(table, peer, key, AUTHOR);
    await seedTokenKeys(table, AUTHOR);

    const signIn = options.console && (await openConsole(options.console, table, domains));
    if (signIn) stops.push(() => signIn.stop());
    const { throttle } = options;
    const { routes, schedules, streamed, environment, throttles } = readDefinition(
      STAGE,
      throttle === 'deployed' ? undefined : throttle,
    );
    const log = openLogFile(data);
    const logs = await serveLogs(log);
    stops.push(logs.stop);
    const bus = options.onChange && (await serveEventBus(options.onChange));
    if (bus) {
      stops.push(bus.stop);
      // An API that is not the embedded one may know no streams: then a line says so.
      await openStream(client, table.name).catch(() => {});
    }
    const secret = data === undefined ? randomBytes(32) : tokenSecret(data);
    // Copies of the last time may be old.
    const atOnce = documents.some(({ policy }) => addressesIn(policy.calendars).size > 0);
    const worker = startWorker(
      {
        routes: signIn ? routes : routes.filter(({ target }) => target.name !== 'console'),
        ...{ schedules, atOnce, port: options.port, secret, issuer: signIn?.trusted },
        ...(bus && { stream: { streamed, endpoint: database.endpoint, table: table.name } }),
        ...(throttle && { throttles }),
      },
      {
        ...environment,
        ...lambdaEnvironment(database.endpoint, logs.endpoint),
        ...(bus && { AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint }),
        ...signIn?.environment,
        ...options.environment,
      },
      [inLines(log.append), ...(options.onOutput ? [options.onOutput] : [])],
    );
    stops.push(() => worker.thread.terminate());
    const url = `http://localhost:${await worker.port}`;
    signIn?.servedAt(`${url}/console/`);
    if (data !== undefined)
      stops.push(announce(data, { url, endpoint: database.endpoint, logs: logs.endpoint }));
    return {
      url,
      ...(signIn && { console: `${url}/console/` }),
      endpoint: database.endpoint,
      table,
      key,
      token: (claims) => signToken(secret, claims),
      plans,
      warnings: documents.flatMap(({ warnings }) => warnings.map(printProblem)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabase(endpoint: string | undefined, data?: string): Promise<Database> {
  if (endpoint === undefined) return startDatabase(data);
  return { endpoint, stop: async () => {} };
}

function noAnswer(endpoint: string, error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ECONNREFUSED' && error.code !== 'ENOTFOUND') return error;
  return new LocalFailure(`no DynamoDB API answers at ${endpoint} (${error.code}): start it first`);
}

/** As in a Lambda; nothing of this machine's environment comes through. */
const lambdaEnvironment = (endpoint: string, logs: string): Record<string, string> => ({
  AWS_REGION: LOCAL.region,
  AWS_ACCESS_KEY_ID: LOCAL.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL.secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs,
  DIVERT_CALL_SEARCH: 'all',
  DIVERT_LOG_GROUPS: 'npm-start',
  // There is no Parameter Store here: without DIVERT_SECRETS_TWILIO no signature is good.
  DIVERT_SECRETS: '',
});

function startWorker(
  work: Work,
  env: Record<string, string>,
  onOutput: readonly ((text: string) => void)[],
): { thread: Worker; port: Promise<number> } {
  const thread = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: work,
    env,
    stdout: true,
    stderr: true,
  });
  for (const stream of [thread.stdout, thread.stderr]) {
    stream.setEncoding('utf8');
    for (const take of onOutput) stream.on('data', take);
  }
  const port = new Promise<number>((resolve, reject) => {
    thread.once('message', (word: Word) => {
      if ('port' in word) resolve(word.port);
      else reject(new LocalFailure(`the functions do not start: ${word.failed}`));
    });
    thread.once('error', reject);
  });
  return { thread, port };
}

function announce(data: string, what: { url: string; endpoint: string; logs: string }): () => void {
  mkdirSync(data, { recursive: true });
  const said = { ...what, table: `divert-${STAGE}`, ...LOCAL, pid: process.pid };
  writeFileSync(announcement(data), JSON.stringify(said));
  return () => rmSync(announcement(data), { force: true });
}

async function assertUnused(data: string): Promise<void> {
  if (!existsSync(announcement(data))) return;
  const { url }: { url: string } = JSON.parse(readFileSync(announcement(data), 'utf8'));
  const answers = await fetch(url, { signal: AbortSignal.timeout(1000) }).then(
    () => true,
    () => false,
  );
  if (answers) {
    throw new LocalFailure(
      `${data} is in use by what runs at ${url}: stop it, or name another folder in DIVERT_DATA`,
    );
  }
}
