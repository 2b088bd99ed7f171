import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { handleApi } from '../admin/api.ts';
import { callLogFrom } from '../admin/call-log.ts';
import { claimNamesFrom } from '../admin/claims.ts';
import { logOf, settingsFrom } from '../answer/bootstrap.ts';
import { createSdkClient } from '../aws/sdk-client.ts';
import { explainServices } from '../explain/services.ts';
import { fetchDocument } from '../fetch/fetch-document.ts';
import { toResult } from '../http/event.ts';
import { tableFrom } from '../provision/settings.ts';

const table = tableFrom(createSdkClient(), process.env);
const claims = claimNamesFrom(process.env);
const services = {
  ...explainServices(table, logOf(settingsFrom(process.env))),
  callLog: callLogFrom(process.env),
  fetch: fetchDocument,
};

/** The Lambda behind the admin API. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  const log = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
  return toResult(await handleApi(event, table, services, log, claims));
}
