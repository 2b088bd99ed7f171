import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { logOf, settingsFrom } from '../answer/bootstrap.ts';
import { fetchDocument } from '../fetch/fetch-document.ts';
import { dailyRound } from '../provision/daily-round.ts';
import { tableFrom } from '../provision/settings.ts';

const table = tableFrom(new DynamoDBClient({}), process.env);
const log = logOf(settingsFrom(process.env));

/** The Lambda that fetches calendars again, once a day. */
export async function handler(
  _: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  await dailyRound(table, {
    fetch: fetchDocument,
    author: { who: 'divert', from: 'daily' },
    timeLeft: () => context.getRemainingTimeInMillis(),
    // Addresses may hold what only the operator should know: names say which it is.
    tell: ({ domain, names, is, failure, confirmed, stale }) => {
      for (const calendar of names) {
        log({ event: 'fetched', domain, calendar, is, failure, confirmed, stale });
      }
    },
    failed: (domain, error) => {
      log({ event: 'fetched', domain, is: 'kept', failure: String(error), stale: true });
    },
  });
}
