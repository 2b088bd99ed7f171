import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type ApiLine, handleApi } from '../../functions/admin/api.ts';
import type { CallLog } from '../../functions/admin/call-log.ts';
import { explainServices } from '../../functions/explain/services.ts';
import { type Fetch, fetchDocument } from '../../functions/fetch/fetch-document.ts';
import { apply } from '../../functions/provision/apply/apply.ts';
import { desiredOf } from '../../functions/provision/apply/desired.ts';
import { makePlan, type Plan } from '../../functions/provision/apply/plan.ts';
import { compilePeer } from '../../functions/rules/peers.ts';
import { loadRules } from '../../functions/rules/source/load.ts';
import { changePeer } from '../../functions/store/peers.ts';
import type { Table } from '../../functions/store/table.ts';
import { AUTHOR } from '../store/fixtures.ts';
import { violation } from './contract.ts';

/** Claims as API Gateway hands them on: arrays in brackets. */
export type Claims = Readonly<Record<string, string>>;
export const admin = (...domains: string[]): Claims => ({
  sub: 'ada',
  'divert:role': 'admin',
  'divert:domains': `[${domains.join(' ')}]`,
});
export const helpdesk = (...domains: string[]): Claims => ({
  ...admin(...domains),
  sub: 'desk',
  'divert:role': 'helpdesk',
});
export const self = (aor: string): Claims => ({
  sub: 'token of a subscriber',
  'divert:role': 'subscriber',
  'divert:aor': aor,
});
/** An IAM principal instead of a token. */
export const IAM = 'arn:aws:sts::123456789012:assumed-role/Operators/ada';

export interface Call {
  readonly as?: Claims | typeof IAM | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The body as it is. */
  readonly text?: string;
  /** Absent: calls are not searched. */
  readonly callLog?: CallLog | undefined;
  /** Default: from the internet. */
  readonly fetch?: Fetch;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers at will
  readonly body: any;
  readonly lines: readonly ApiLine[];
}

/** Calls the API as API Gateway does: path and query as in `GET /v1/peers?limit=1`. */
export async function call(table: Table, request: string, options: Call = {}): Promise<Reply> {
  const lines: ApiLine[] = [];
  const event = eventOf(request, options);
  const { status, headers, body } = await handleApi(
    event,
    table,
    {
      ...explainServices(table, () => {}),
      callLog: options.callLog,
      fetch: options.fetch ?? fetchDocument,
    },
    (line) => lines.push(line),
  );
  const content = body === '' ? undefined : JSON.parse(body);
  // Every answer that any test gets is as the OpenAPI document says.
  const operation = lines[0]?.operation;
  const wrong = operation && violation(operation, status, headers['content-type'], content);
  if (wrong) throw new Error(`${request}: ${wrong} ${lines[0]?.error ?? ''}`);
  return { status, headers, body: content, lines };
}

export function eventOf(
  request: string,
  { as, headers = {}, body, text }: Call,
): APIGatewayProxyEventV2 {
  const [method = '', url = ''] = request.split(' ');
  const [path = '', query = ''] = url.split('?');
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    rawPath: decoded(path),
    rawQueryString: query,
    headers: { ...(content !== undefined && { 'content-type': type }), ...headers },
    ...(content !== undefined && { body: content }),
    isBase64Encoded: false,
    requestContext: {
      stage: '$default',
      http: { method, path, sourceIp: '192.0.2.99' },
      ...(as && {
        authorizer: typeof as === 'string' ? { iam: { userArn: as } } : { jwt: { claims: as } },
      }),
    },
  } as unknown as APIGatewayProxyEventV2;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What a later plan of this document would do. */
export async function planOf(table: Table, document: string): Promise<Plan> {
  const { problems, ...loaded } = loadRules([{ name: 'rules.yaml', text: document }], {
    readFile: (path) => ICS[path] ?? '',
    now: Date.now(),
  });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return makePlan(table, desiredOf(loaded));
}

const ICS: Record<string, string> = {
  'closed.ics': [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//divert//test//EN',
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTAMP:20260101T000000Z',
    'DTSTART;VALUE=DATE:20300102',
    'SUMMARY:Stocktaking',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n'),
};

/** Puts a document in place, as `divert apply` does. */
export async function install(table: Table, document: string): Promise<void> {
  await apply(table, await planOf(table, document), { author: AUTHOR });
}

export async function installPeer(table: Table, source: { name: string }): Promise<void> {
  const { peer, problems } = compilePeer(source);
  if (!peer) throw new Error(JSON.stringify(problems));
  await changePeer(table, { name: source.name, next: { source, compiled: peer } }, AUTHOR);
}

export const DOCUMENT = `
domain: example.com
timezone: Europe/Berlin
country: DE
targets: { allow: ["@example.com", "+49", "ext:1xxx"], deny: ["+49900"] }
groups: { family: ["+4915112345678", "sip:mum@example.net"] }
calendars: { holidays: ["2030-12-25"], closed: closed.ics }
schedules: { office: { days: mon-fri, hours: "08:00-18:00", except: [holidays, closed] } }
features: { announcement: "sip:saved@example.com" }
subscribers:
  alice: {}
  bob:
    aliases: ["+49301234567", "1002"]
    rules:
      - { name: busy-to-carol, when: busy, forward: [{ to: carol, q: 1.0 }, "+4930765432"] }
      - { when: no-answer, schedule: office, forward: { to: voicemail, mailbox: true } }
  carol: { aliases: ["1003"] }
  dave:
    managedBy: subscriber
    rules: [{ when: busy, forward: carol }]
  voicemail: {}
`;
