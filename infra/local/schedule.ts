import { pathToFileURL } from 'node:url';
import type { Scheduled } from './definition.ts';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/**
 * Starts functions as EventBridge Scheduler would, as long as the process lives; `atOnce`: for the
 * first time now. What one throws is written and ends nothing.
 */
export function schedule(functions: readonly Scheduled[], atOnce: boolean): void {
  for (const { file, timeoutSeconds, everyMs } of functions) {
    const run = async (): Promise<void> => {
      try {
        const { handler } = (await import(pathToFileURL(file).href)) as { handler: Handler };
        const end = Date.now() + timeoutSeconds * 1000;
        await handler({}, { getRemainingTimeInMillis: () => end - Date.now() });
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      }
    };
    setInterval(run, everyMs).unref();
    if (atOnce) void run();
  }
}
