import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogFile } from './log-file.ts';
import { type LoggedEvent, parseQuery, runQuery } from './logs-query.ts';

/** Found results that are kept until they are asked for. */
const MOST_QUERIES = 200;

interface Body {
  readonly queryString?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly queryId?: string;
}

type Answer = Readonly<Record<string, unknown>>;

/**
 * CloudWatch Logs' API over a local server's own log, as far as calls are looked for with it:
 * StartQuery, GetQueryResults, StopQuery (API reference of 2014-03-28). A query is complete at once.
 */
export async function serveLogs(log: LogFile): Promise<{ endpoint: string; stop: () => void }> {
  const queries = new Map<string, Answer>();
  const operations: Readonly<Record<string, (body: Body) => Answer>> = {
    StartQuery: ({ queryString = '', startTime = 0, endTime = 0 }) => {
      const query = parseQuery(queryString);
      const lines = log.lines();
      const events = lines.flatMap(eventIn).filter(({ timestamp }) => {
        const second = Math.floor(timestamp / 1000);
        return second >= startTime && second <= endTime;
      });
      const results = runQuery(query, events);
      const queryId = randomUUID();
      queries.set(queryId, {
        status: 'Complete',
        results,
        statistics: {
          recordsMatched: results.length,
          recordsScanned: events.length,
          bytesScanned: events.reduce((sum, { message }) => sum + message.length, 0),
        },
      });
      for (const [id] of [...queries].slice(0, -MOST_QUERIES)) queries.delete(id);
      return { queryId };
    },
    GetQueryResults: ({ queryId = '' }) =>
      queries.get(queryId) ?? refused('ResourceNotFoundException'),
    StopQuery: () => ({ success: true }),
  };

  const server = createServer((request, response) => {
    answer(request, operations).then(
      (result) => send(response, 200, result),
      (error: Error) => send(response, 400, { __type: error.name, message: error.message }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  operations: Readonly<Record<string, (body: Body) => Answer>>,
): Promise<Answer> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  const operation = String(request.headers['x-amz-target']).replace(/^Logs_20140328\./, '');
  return (operations[operation] ?? (() => refused('UnknownOperationException')))(JSON.parse(text));
}

function send(response: ServerResponse, status: number, body: Answer): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}

function refused(name: string): never {
  throw Object.assign(new Error(name), { name });
}

/** A line of JSON that says when it was written. */
function eventIn(message: string): LoggedEvent[] {
  if (!message.includes('"_aws":{')) return [];
  try {
    const json: { _aws?: { Timestamp?: number } } = JSON.parse(message);
    const timestamp = json._aws?.Timestamp;
    return timestamp === undefined ? [] : [{ timestamp, message, json }];
  } catch {
    return [];
  }
}
