import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { createClient, logOf, settingsFrom } from '../answer/bootstrap.ts';
import { Inquiry } from '../answer/pending-request.ts';
import { parseJson } from '../answer/request.ts';
import { createExplainer } from '../explain/explain.ts';
import { readerAt } from '../explain/past.ts';
import { bearerKey } from '../http/credential.ts';
import { fromEvent, toResult } from '../http/event.ts';
import { post } from '../http/post.ts';
import { createReader } from '../store/reader.ts';
import { openTable } from '../store/table.ts';

const settings = settingsFrom(process.env);
const client = createClient();
const reader = createReader(client, settings.table);
const explain = createExplainer({
  reader,
  readerAt: (at) => readerAt(reader, openTable(client, settings.table), at),
  now: Date.now,
  log: logOf(settings),
});

/** The Lambda behind `POST /v1/explain`, and behind every path that there is not. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  const http = fromEvent(event);
  const response = await post('/v1/explain', http, () =>
    explain(
      new Inquiry(() => parseJson(http.body), { key: bearerKey(http.headers.authorization) }),
    ),
  );
  return toResult(response);
}
