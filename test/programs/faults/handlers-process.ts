/**
 * The deployed bundle of `/v1/route` in a process of its own, as in a Lambda: several instances of
 * it, each with its own database endpoint. What they log goes to standard output.
 */
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';

/** What the process is told: to start an instance, or to call one. */
export type Order = { readonly id: number } & (
  | { readonly start: string; readonly env: Readonly<Record<string, string>> }
  | { readonly call: string; readonly event: object }
);
export interface Done {
  readonly id: number;
  readonly result?: Result;
  /** How long the handler took. */
  readonly milliseconds: number;
  readonly error?: string;
}

type Handler = (event: object) => Promise<Result>;
const BUNDLE = new URL('../../../dist/route/index.mjs', import.meta.url).href;
const instances = new Map<string, Handler>();
/** One starts at a time: the environment is the process's. */
let starting: Promise<void> = Promise.resolve();

async function obey(order: Order): Promise<Result | undefined> {
  if ('call' in order) return instances.get(order.call)?.(order.event);
  starting = starting.catch(() => {}).then(() => start(order.start, order.env));
  await starting;
  return undefined;
}

async function start(name: string, env: Readonly<Record<string, string>>): Promise<void> {
  Object.assign(process.env, env);
  const { handler }: { handler: Handler } = await import(`${BUNDLE}?${encodeURIComponent(name)}`);
  instances.set(name, handler);
}

process.on('message', async (order: Order) => {
  const began = performance.now();
  const done = await obey(order).then(
    (result) => ({ ...(result && { result }) }),
    (error: Error) => ({ error: error.message }),
  );
  const milliseconds = performance.now() - began;
  process.send?.({ id: order.id, milliseconds, ...done } satisfies Done);
});
process.on('disconnect', () => process.exit(0));
