import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { logOf, settingsFrom, startAnswerer } from '../answer/bootstrap.ts';
import { parameterStoreIn } from '../aws/parameter-store.ts';
import { createSecrets } from '../dialects/secrets.ts';
import { DIALECTS, serve } from '../dialects/serve.ts';
import { fromEvent, toResult } from '../http/event.ts';

const signing = DIALECTS.filter(({ signer }) => signer !== undefined).map(({ name }) => name);
const secrets = createSecrets(process.env, signing, Date.now, parameterStoreIn(process.env));
const [answerer] = await Promise.all([startAnswerer(), secrets.start()]);

const options = {
  answerer,
  secrets,
  now: Date.now,
  log: logOf(settingsFrom(process.env)),
};

/** The Lambda behind `/v1/route/{name}` and `/v1/route/{name}/{key}`: each SBC in its own words. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  return toResult(await serve(fromEvent(event), options));
}
