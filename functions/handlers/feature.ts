import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { logOf, readerIn, settingsFrom } from '../answer/bootstrap.ts';
import { createSdkClient } from '../aws/sdk-client.ts';
import { createFeature } from '../feature/feature.ts';
import { fromEvent, toResult } from '../http/event.ts';
import { tableFrom } from '../provision/settings.ts';

const client = createSdkClient();
const settings = settingsFrom(process.env);
const feature = createFeature({
  reader: readerIn(process.env, settings.table),
  table: tableFrom(client, process.env),
  log: logOf(settings),
  tell: (line) => process.stdout.write(`${JSON.stringify({ level: 'info', ...line })}\n`),
});

/** The Lambda behind `POST /v1/feature`. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  return toResult(await feature(fromEvent(event)));
}
