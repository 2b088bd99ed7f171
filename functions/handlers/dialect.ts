import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { logOf, settingsFrom, startAnswerer } from '../answer/bootstrap.ts';
import { createSecrets } from '../dialects/secrets.ts';
import { serve } from '../dialects/serve.ts';
import { fromEvent, toResult } from '../http/event.ts';

const options = {
  answerer: await startAnswerer(),
  secrets: createSecrets(process.env, Date.now),
  now: Date.now,
  log: logOf(settingsFrom(process.env)),
};

/** The Lambda behind `/v1/route/{name}` and `/v1/route/{name}/{key}`: each SBC in its own words. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  return toResult(await serve(fromEvent(event), options));
}
