import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { createConsole } from '../console/serve.ts';
import { consoleSettingsFrom } from '../console/settings.ts';
import { fromEvent } from '../http/event.ts';

/** The files lie beside the bundle. */
const serve = createConsole(new URL('./web/', import.meta.url), consoleSettingsFrom(process.env));

/** The Lambda that serves the console's files. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  const { status, headers, body } = serve(fromEvent(event));
  return {
    statusCode: status,
    headers: { ...headers },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}
