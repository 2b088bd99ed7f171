/**
 * Runs the server and the functions in a thread of their own, whose environment is a Lambda's and
 * not this machine's. Tells `{ port }` when it serves, or `{ failed }` with an error code.
 */
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { type Issuer, verifier } from './authorizer.ts';
import type { LambdaFunction, Scheduled } from './definition.ts';
import type { Route } from './routes.ts';
import { schedule } from './schedule.ts';
import { loadFunctions, serve } from './server.ts';
import { passChanges, type Stream } from './stream.ts';
import { bucketsOf, type Throttles } from './token-bucket.ts';

/** What the thread is given. */
export interface Work {
  readonly routes: readonly Route<LambdaFunction>[];
  readonly port: number;
  /** Of the tokens that the server believes. */
  readonly secret: Uint8Array;
  /** Whose tokens it believes as well. */
  readonly issuer?: Issuer | undefined;
  /** What a clock starts; absent: nothing. */
  readonly schedules?: readonly Scheduled[];
  /** Whether it is started for the first time now, and not one period later. */
  readonly atOnce?: boolean;
  /** What a table's stream starts; absent: nothing. */
  readonly stream?: Stream | undefined;
  /** Absent: every request is let through. */
  readonly throttles?: Throttles | undefined;
}

/** What the thread tells. */
export type Word = { readonly port: number } | { readonly failed: string; readonly code?: string };

const {
  routes,
  port,
  secret,
  issuer,
  throttles,
  schedules = [],
  stream,
  atOnce = false,
}: Work = workerData;
const tell = (word: Word) => parentPort?.postMessage(word);
try {
  const functions = await loadFunctions(routes);
  const buckets = throttles && bucketsOf(throttles, () => performance.now());
  const server = await serve(functions, port, verifier(secret, issuer), buckets);
  tell({ port: (server.address() as AddressInfo).port });
  schedule(schedules, atOnce);
  if (stream) passChanges(stream);
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  tell({ failed: message, ...(code !== undefined && { code }) });
}
