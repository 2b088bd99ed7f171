import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Command, InvalidArgumentError } from 'commander';
import { handleApi } from '../../functions/admin/api.ts';
import type { CallLog } from '../../functions/admin/call-log.ts';
import type { FoundCall } from '../../functions/admin/found-call.ts';
import { logsInsightsIn } from '../../functions/aws/logs-insights.ts';
import type { RouteRequest } from '../../functions/decide/decision.ts';
import type { Explanation } from '../../functions/explain/explain.ts';
import { explainServices } from '../../functions/explain/services.ts';
import { fetchDocument } from '../../functions/fetch/fetch-document.ts';
import { listDomains } from '../../functions/store/domains.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import type { Table } from '../../functions/store/table.ts';
import { callText } from '../local/call-line.ts';
import { explanationText } from './explain-text.ts';
import { Failure } from './failure.ts';
import { readInstant, shownInstant } from './instant.ts';
import { runningTable } from './local.ts';
import { type OutputOptions, printJson, withJson } from './output.ts';
import { openStage, type Place, type StageOptions, withStage } from './stage.ts';
import { subjectOf } from './subject.ts';
import { paintFor } from './terminal.ts';

interface Options extends StageOptions, OutputOptions {
  readonly callId?: string;
  readonly caller?: string;
  readonly since?: number;
  readonly at?: number;
  readonly explain?: true;
  readonly logRegion: readonly string[];
}

/** A found call as the API gives it. */
type Found = FoundCall & { readonly explain: RouteRequest };
interface Entry {
  readonly domain: string;
  readonly zone: string;
  readonly call: Found;
  readonly explanation: Explanation | undefined;
}
interface Page {
  readonly items: readonly Found[];
  readonly complete: boolean;
  readonly next?: string;
}

const MINUTE_MS = 60_000;
/** To either side of the time that somebody remembers. */
const AROUND_MS = 15 * MINUTE_MS;

export const callsCommand = (): Command =>
  withJson(withStage(new Command('calls')))
    .description('find calls in the log: when, from whom, where to, by which rule')
    .argument(
      '[subscriber]',
      'who was called, as bob@example.com, by any of their names; or a domain',
    )
    .option('--call-id <id>', 'only of this SIP Call-ID')
    .option(
      '--caller <caller>',
      'only of this caller: a number, alice, alice@example.com, anonymous',
    )
    .option('--since <time>', 'from then on: 2h, 30m, "yesterday 17:30"; up to a day', since)
    .option('--at <time>', 'a quarter of an hour around: "yesterday 17:30"', (text) =>
      readInstant(text, 'past'),
    )
    .option('--explain', 'with every rule that was looked at, of then')
    .option(
      '--log-region <region>',
      'another region that takes calls; may be repeated',
      several,
      [],
    )
    .addHelpText(
      'after',
      '\nThe newest two minutes may be missing.\n\nExample:\n  divert calls bob@example.com --at "yesterday 17:30" --explain --stage prod',
    )
    .action(async (text: string | undefined, options: Options) => {
      const place = await openStage(options);
      const { table } = place;
      if (text === undefined && options.callId === undefined && options.caller === undefined) {
        throw new Failure(
          'name a subscriber, as bob@example.com, a domain, a --call-id or a --caller',
        );
      }
      const subject = text === undefined ? undefined : await subjectOf(table, text);
      const ask = apiOf(place, await callLogOf(place, options));
      const entries: Entry[] = [];
      for (const domain of subject ? [subject.domain] : await allDomains(table)) {
        const policy = await getPolicyRecord(table, domain);
        if (!policy) throw new Failure(`${domain}: there are no rules of this domain`);
        const zone = policy.compiled.timezone;
        for (const call of await allPages(
          ask,
          domain,
          queryOf(subject?.user, options, table.now()),
        )) {
          const path = `/v1/iam/domains/${domain}/explain`;
          const explanation = options.explain && (await ask('POST', path, '', call.explain));
          entries.push({ domain, zone, call, explanation: explanation as Explanation | undefined });
        }
      }
      if (options.json) {
        printJson(
          entries.map(({ call, explanation }) => (explanation ? { call, explanation } : call)),
        );
        return;
      }
      for (const { domain, zone, call, explanation } of entries) {
        process.stdout.write(
          `${shownInstant(Date.parse(call.at), zone)}  ${callText({ ...call, domain })}\n`,
        );
        if (explanation) process.stdout.write(explainedText(call, explanation));
      }
      if (entries.length === 0) process.stdout.write('No calls were found.\n');
    });

async function allDomains(table: Table): Promise<string[]> {
  const { domains, next } = await listDomains(table, { limit: 20 });
  if (next !== undefined) throw new Failure('there are many domains: name the one that was called');
  return domains.map(({ domain }) => domain);
}

const several = (value: string, before: string[]): string[] => [...before, value];

/** An instant; `2h` is two hours ago. */
function since(text: string): number {
  const from = readInstant(
    /^\d+\s*[a-z]+$/i.test(text.trim()) ? `${text.trim()} ago` : text,
    'past',
  );
  if (Date.now() - from <= 24 * 60 * MINUTE_MS + MINUTE_MS) return from;
  throw new InvalidArgumentError('Give up to a day, as 2h, 30m or 1d; or --at.');
}

function explainedText({ explain, peer = '' }: Found, explanation: Explanation): string {
  const { approximate } = explanation as { approximate?: true };
  const note = approximate
    ? 'Approximate: a fact mattered that is masked or was not logged.\n'
    : '';
  return `\n${explanationText(explain, explanation, peer, paintFor(process.stdout))}${note}\n`;
}

function queryOf(user: string | undefined, options: Options, now: number): URLSearchParams {
  const { callId, caller, at, since = now - 60 * MINUTE_MS } = options;
  const [from, to] = at === undefined ? [since, now] : [at - AROUND_MS, at + AROUND_MS];
  return new URLSearchParams({
    ...(user !== undefined && { user }),
    ...(caller !== undefined && { caller }),
    ...(callId !== undefined && { callId }),
    ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
  });
}

type Ask = (method: string, path: string, query: string, body?: object) => Promise<object>;

async function allPages(ask: Ask, domain: string, query: URLSearchParams): Promise<Found[]> {
  const calls: Found[] = [];
  for (;;) {
    const page = (await ask('GET', `/v1/iam/domains/${domain}/calls`, `${query}`)) as Page;
    calls.push(...page.items);
    if (page.next === undefined) {
      if (!page.complete) process.stderr.write('A part of the log could not be searched.\n');
      return calls;
    }
    query.set('cursor', page.next);
  }
}

/** The code behind the API, asked by whoever may read the table and the log. */
function apiOf({ table, who }: Place, callLog: CallLog): Ask {
  const services = { ...explainServices(table, () => {}), callLog, fetch: fetchDocument };
  return async (method, rawPath, rawQueryString, body) => {
    const event = {
      ...{ rawPath, rawQueryString },
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      isBase64Encoded: false,
      requestContext: {
        stage: '$default',
        http: { method, path: rawPath, sourceIp: 'localhost' },
        authorizer: { iam: { userArn: who } },
      },
    } as unknown as APIGatewayProxyEventV2;
    const { status, body: text } = await handleApi(event, table, services, () => {});
    const answer = JSON.parse(text);
    if (status !== 200) throw new Failure(answer.detail);
    return answer;
  };
}

/** The log of a stage: of its own region and those that are named. */
async function callLogOf(place: Place, { logRegion }: Options): Promise<CallLog> {
  const { accessKeyId, secretAccessKey, sessionToken } =
    await place.table.client.config.credentials();
  const local = place.stage === 'local' ? runningTable().logs : undefined;
  const env = {
    ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
    ...(local && { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: local }),
  };
  const regions = [...new Set([place.region, ...logRegion])];
  return {
    for: 'all',
    groups: ['route', 'dialect', 'chime'].map(
      (name) => `/aws/lambda/divert-${place.stage}-${name}`,
    ),
    regions: new Map(regions.map((region) => [region, logsInsightsIn(env, region)])),
    // Whoever has these credentials can query the log without us.
    bytesADay: Number.POSITIVE_INFINITY,
  };
}
