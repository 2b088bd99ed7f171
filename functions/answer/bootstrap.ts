import { JsonApi } from '../aws/json-api.ts';
import { parameterStoreIn } from '../aws/parameter-store.ts';
import { serviceIn } from '../aws/service.ts';
import { createGetItem } from '../store/get-item.ts';
import { createReader, type RuleReader } from '../store/reader.ts';
import { type Answerer, createAnswerer } from './answer.ts';
import { tellingCalendars } from './calendars.ts';
import { tellingInit } from './init-time.ts';
import { createLog, type Log } from './log.ts';
import { createSigningKeys } from './signing-keys.ts';
import { rehearse } from './warm-up.ts';

/** What a handler's environment says. */
export interface Settings {
  /** `DIVERT_TABLE` */
  readonly table: string;
  /** `DIVERT_STAGE`, default `local` */
  readonly stage: string;
  /** `DIVERT_DEADLINE_MS`, default 250 */
  readonly deadlineMs: number;
  /** `DIVERT_HEDGE_MS`, default 0: no second read */
  readonly hedgeMs: number;
  /** `DIVERT_LOG_NUMBERS`: `on` writes phone numbers as they are */
  readonly logNumbers: boolean;
}

/** @throws at start where a setting is wrong, naming it: a deployment must not go live with one */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const table = env.DIVERT_TABLE;
  if (!table) throw new Error('DIVERT_TABLE is not set: it names the DynamoDB table');
  return {
    table,
    stage: env.DIVERT_STAGE ?? 'local',
    deadlineMs: milliseconds(env.DIVERT_DEADLINE_MS, 250, 'DIVERT_DEADLINE_MS', 1),
    hedgeMs: milliseconds(env.DIVERT_HEDGE_MS, 0, 'DIVERT_HEDGE_MS'),
    logNumbers: env.DIVERT_LOG_NUMBERS === 'on',
  };
}

function milliseconds(
  text: string | undefined,
  otherwise: number,
  name: string,
  least = 0,
): number {
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= 60_000) return value;
  throw new Error(`${name} is "${text}": give whole milliseconds, ${least} to 60000`);
}

/** Reads the rules that calls need. Region, credentials and endpoint come from the environment. */
export function readerIn(env: NodeJS.ProcessEnv, table: string): RuleReader {
  const service = serviceIn(env, 'DynamoDb');
  return createReader(createGetItem(new JsonApi('DynamoDb', async () => service), table));
}

/**
 * Lines are made and written in the turn of the event loop after the one that logs them. None is
 * late: before Lambda's runtime may be frozen it takes a turn of its own, which is queued later
 * (nodejs24.x before it posts the answer, older runtimes before they ask for the next event).
 */
export function logOf({ stage, logNumbers }: Settings): Log {
  const log = createLog(stage, logNumbers, (line) => process.stdout.write(line));
  return (line) => setImmediate(log, line);
}

/** The answerer of a handler, warmed up. */
export async function startAnswerer(env: NodeJS.ProcessEnv = process.env): Promise<Answerer> {
  const settings = settingsFrom(env);
  const { log, ready } = tellingInit(logOf(settings), Date.now);
  const signingKeys = createSigningKeys(env, Date.now, parameterStoreIn(env));
  const answerer = createAnswerer({
    signingKeys,
    reader: tellingCalendars(readerIn(env, settings.table), Date.now, log),
    now: Date.now,
    deadlineMs: settings.deadlineMs,
    hedgeMs: settings.hedgeMs,
    log,
  });
  await Promise.all([answerer.warmUp(), rehearse(), signingKeys.start()]);
  ready(performance.now());
  return answerer;
}
