import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { createExplainer } from './explain/explain.ts';
import { readerAt } from './explain/past.ts';
import { createReader } from './store/reader.ts';
import { openTable } from './store/table.ts';
import { createClient, logOf, settingsFrom } from './webhook/compose.ts';
import { bearerKey } from './webhook/credential.ts';
import { fromEvent, toResult } from './webhook/event.ts';
import { Inquiry } from './webhook/inquiry.ts';
import { post } from './webhook/post.ts';
import { parseJson } from './webhook/request.ts';

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
