import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { logOf, readerIn, settingsFrom } from '../answer/bootstrap.ts';
import { createHealth } from '../answer/health.ts';
import { PendingRequest } from '../answer/pending-request.ts';
import { parseJson } from '../answer/request.ts';
import { createSdkClient } from '../aws/sdk-client.ts';
import { thisMoment } from '../aws/trust.ts';
import { historyBackground } from '../explain/background.ts';
import { createExplainer } from '../explain/explain.ts';
import { readerAt } from '../explain/past.ts';
import { bearerKey } from '../http/credential.ts';
import { fromEvent, toResult } from '../http/event.ts';
import { post } from '../http/post.ts';
import { openTable } from '../store/table.ts';

const settings = settingsFrom(process.env);
const client = createSdkClient({ maxAttempts: 1 });
const reader = readerIn(process.env, settings.table);
const table = openTable(client, settings.table);
const explain = createExplainer({
  reader,
  readerAt: (at, versions) => readerAt(reader, table, at, versions),
  background: historyBackground(table),
  now: Date.now,
  log: logOf(settings),
});

const health = createHealth((signal) => reader.tokenKeys({ signal }), thisMoment);

/** The Lambda behind `POST /v1/explain` and `GET /v1/health`, and every path that there is not. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  const http = fromEvent(event);
  if (http.method === 'GET' && http.path === '/v1/health') return toResult(await health());
  const response = await post('/v1/explain', http, () =>
    explain(
      new PendingRequest(
        () => parseJson(http.body),
        { key: bearerKey(http.headers.authorization) },
        http.sourceIp,
      ),
    ),
  );
  return toResult(response);
}
