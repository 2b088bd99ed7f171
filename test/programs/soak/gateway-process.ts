/**
 * The local server with the deployed bundles, in a process of its own whose memory can be measured.
 * Its environment is a Lambda's; what the functions log goes to standard output.
 */
import type { AddressInfo } from 'node:net';
import { verifier } from '../../../infra/local/authorizer.ts';
import { readDefinition } from '../../../infra/local/definition.ts';
import { loadFunctions, serve } from '../../../infra/local/server.ts';
import { type Throttle, TokenBucket } from '../../../infra/local/token-bucket.ts';

/** What the process is using. */
export interface Usage {
  /** Bytes after a collection of all garbage. */
  readonly heap: number;
  readonly rss: number;
  /** Timers, sockets, requests: whatever keeps the process busy. */
  readonly handles: number;
  /** Microseconds of processor time so far. */
  readonly cpu: number;
}

const PATIENCE_SECONDS = 60;

const secret = Buffer.from(process.argv[2] ?? '', 'base64');
const throttle: Throttle | undefined = process.argv[3] ? JSON.parse(process.argv[3]) : undefined;
const bucket = throttle && new TokenBucket(throttle, () => performance.now());
// The console has no issuer here. What a busy machine needs longer for is no fault of a function.
const routes = readDefinition('local')
  .routes.filter(({ target }) => target.name !== 'console')
  .map(({ key, target }) => ({ key, target: { ...target, timeoutSeconds: PATIENCE_SECONDS } }));
const functions = await loadFunctions(routes);
const server = await serve(functions, 0, verifier(secret), bucket && (() => bucket));
process.send?.((server.address() as AddressInfo).port);

process.on('message', () => {
  for (let i = 0; i < 4; i++) global.gc?.();
  const { heapUsed: heap, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const handles = process.getActiveResourcesInfo().length;
  process.send?.({ heap, rss, handles, cpu: user + system } satisfies Usage);
});
process.on('disconnect', () => process.exit(0));
