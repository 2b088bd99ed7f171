import { JsonApi, type PostOptions } from './json-api.ts';
import { serviceIn } from './service.ts';

/** A query of CloudWatch Logs Insights. */
export interface LogQuery {
  readonly groups: readonly string[];
  /** In its query language. */
  readonly query: string;
  /** Milliseconds since the epoch; the service takes whole seconds, both included. */
  readonly from: number;
  readonly to: number;
}

/** What a query has found so far. */
export interface LogResults {
  /** `failed`: it will find no more, and what it found is not all. */
  readonly state: 'running' | 'complete' | 'failed';
  /** Values by field, in the order that the query asks for. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** Which is what it costs. */
  readonly bytesScanned: number;
}

/** The logs of one region. Nothing is retried. */
export interface LogsInsights {
  /** Begins a query. @returns its id */
  start(query: LogQuery, options?: PostOptions): Promise<string>;
  results(id: string, options?: PostOptions): Promise<LogResults>;
  /** Ends a query that nobody waits for. */
  stop(id: string, options?: PostOptions): Promise<void>;
}

/** CloudWatch Logs of a region, as a Lambda's environment has it. */
export function logsInsightsIn(env: NodeJS.ProcessEnv, region: string): LogsInsights {
  const logs = new JsonApi('Logs', async () => serviceIn({ ...env, AWS_REGION: region }, 'Logs'));
  const post = (operation: string, body: object, options?: PostOptions) =>
    logs.post(operation, JSON.stringify(body), options);
  return {
    async start({ groups, query, from, to }, options) {
      const answer = await post(
        'StartQuery',
        {
          logGroupNames: groups,
          startTime: Math.floor(from / 1000),
          endTime: Math.ceil(to / 1000),
          queryString: query,
        },
        options,
      );
      return (answer as { queryId: string }).queryId;
    },
    async results(queryId, options) {
      return resultsOf((await post('GetQueryResults', { queryId }, options)) as Answer);
    },
    async stop(queryId, options) {
      await post('StopQuery', { queryId }, options);
    },
  };
}

/** What GetQueryResults answers, as far as it is used. */
interface Answer {
  /** Scheduled, Running, Complete, Failed, Cancelled, Timeout, Unknown. */
  readonly status?: string;
  readonly results?: readonly (readonly { readonly field?: string; readonly value?: string }[])[];
  readonly statistics?: { readonly bytesScanned?: number };
}

function resultsOf({ status = '', results = [], statistics }: Answer): LogResults {
  const going = status === 'Scheduled' || status === 'Running' || status === 'Unknown';
  return {
    state: status === 'Complete' ? 'complete' : going ? 'running' : 'failed',
    rows: results.map((row) =>
      Object.fromEntries(row.map(({ field = '', value = '' }) => [field, value])),
    ),
    bytesScanned: statistics?.bytesScanned ?? 0,
  };
}
