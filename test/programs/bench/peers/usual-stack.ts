import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { z } from 'zod';

/**
 * How many would write such a function: middy around it, zod for the request and the rules,
 * lib-dynamodb for the item, powertools for the log line and the metrics. It does a part of what
 * Divert does: one key, no caches, no deadline, no loops, one Contact.
 */
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const logger = new Logger({ serviceName: 'forwarding' });
const metrics = new Metrics({ namespace: 'Forwarding', serviceName: 'forwarding' });

const Request = z.object({
  callId: z.string(),
  requestUri: z.string(),
  from: z.string(),
  to: z.string(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  outcome: z.object({ status: z.number(), ringing: z.boolean().optional() }).optional(),
});
const Rules = z.object({
  rules: z.array(
    z.object({
      name: z.string(),
      when: z.array(z.string()),
      callers: z.array(z.unknown()).optional(),
      forward: z.array(z.object({ uri: z.string() })).optional(),
    }),
  ),
});

interface Event {
  headers: Record<string, string>;
  body: string;
}

export const handler = middy()
  .use({
    before: ({ event }) => {
      const { headers } = event as Event;
      if (headers.authorization !== 'Bearer bench-key') throw new Error('unauthorized');
    },
  })
  .handler(async (event: Event) => {
    const started = performance.now();
    const request = Request.parse(JSON.parse(event.body));
    const [, user = '', domain = ''] = /^sips?:([^@]+)@([^;>]+)/.exec(request.requestUri) ?? [];
    const { Item } = await client.send(
      new GetCommand({
        TableName: process.env.DIVERT_TABLE,
        Key: { pk: `ROUTE#${domain}#${user}`, sk: '-' },
      }),
    );
    const json = Object.values(Item ?? {}).find(
      (value): value is string => typeof value === 'string' && value.startsWith('{'),
    );
    const { rules } = Rules.parse(JSON.parse(json ?? '{}'));
    const trigger = request.outcome?.status === 486 ? 'busy' : 'always';
    const rule = rules.find((one) => one.when.includes(trigger) && one.callers === undefined);
    metrics.addMetric('Decisions', MetricUnit.Count, 1);
    metrics.addMetric('LatencyMs', MetricUnit.Milliseconds, performance.now() - started);
    metrics.publishStoredMetrics();
    logger.info('decision', { callId: request.callId, rule: rule?.name });
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        rule?.forward
          ? {
              action: 'redirect',
              contacts: rule.forward.map(({ uri }) => `<${uri}>`),
              headers: [`Diversion: <${request.requestUri}>;reason=user-busy`],
            }
          : { action: 'continue' },
      ),
    };
  });
