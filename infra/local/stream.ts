import { pathToFileURL } from 'node:url';
import type { StreamRecord } from '../../functions/provision/tell-changes.ts';
import type { LambdaFunction } from './definition.ts';
import { readStream } from './read-stream.ts';

/** A table's stream, and the functions that it starts. */
export interface Stream {
  readonly streamed: readonly LambdaFunction[];
  /** Of the DynamoDB API. */
  readonly endpoint: string;
  readonly table: string;
}

type Handler = (event: {
  readonly Records: readonly StreamRecord[];
}) => Promise<{ readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }>;

/**
 * Starts functions with what comes over a table's stream, as Lambda's event source mapping would, as
 * long as the process lives. Where there is no stream to read, that is written once and ends nothing.
 */
export function passChanges({ streamed, endpoint, table }: Stream): void {
  for (const { file } of streamed) {
    const pass = async (): Promise<void> => {
      const { handler } = (await import(pathToFileURL(file).href)) as { handler: Handler };
      await readStream(endpoint, table, async (records) => {
        const [failed] = (await handler({ Records: records })).batchItemFailures;
        // The bus is on this machine: what it does not take once it never takes.
        if (failed) throw new Error(`number ${failed.itemIdentifier} was not taken`);
      });
    };
    pass().catch((error: Error) => {
      process.stderr.write(`changes are not shown any more: ${error.message}\n`);
    });
  }
}
