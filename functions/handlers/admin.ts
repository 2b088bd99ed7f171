import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { handleApi } from '../admin/api.ts';
import { toResult } from '../http/event.ts';
import { tableFrom } from '../provision/settings.ts';

const table = tableFrom(new DynamoDBClient({}), process.env);

/** The Lambda behind the admin API. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  return toResult(
    await handleApi(event, table, (line) => process.stdout.write(`${JSON.stringify(line)}\n`)),
  );
}
