import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { logOf, settingsFrom } from '../answer/bootstrap.ts';
import { eventBusIn } from '../aws/event-bus.ts';
import { tellChanges } from '../provision/tell-changes.ts';

const settings = settingsFrom(process.env);
const log = logOf(settings);
const put = eventBusIn(process.env, process.env.DIVERT_EVENT_BUS || 'default');

/** The Lambda that tells EventBridge of changes, as the table's stream brings them. */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const untold = await tellChanges(Records, {
    put,
    source: `divert.${settings.stage}`,
    failed: (why, lost) =>
      log({
        event: 'error',
        message: lost ? `a change is not told: ${why}` : `told later: ${why}`,
      }),
  });
  // Lambda brings this one again, and all after it.
  return { batchItemFailures: untold === undefined ? [] : [{ itemIdentifier: untold }] };
}
