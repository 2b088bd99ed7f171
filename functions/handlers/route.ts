import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda';
import { startAnswerer } from '../answer/bootstrap.ts';
import { route } from '../answer/route.ts';
import { fromEvent, toResult } from '../http/event.ts';

const answerer = await startAnswerer();

/** The Lambda behind `POST /v1/route`. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Result> {
  return toResult(await route(fromEvent(event), answerer));
}
