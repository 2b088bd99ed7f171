import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Template } from './package.ts';

/** A statement of a role, on the table. */
interface Statement {
  readonly Action: string | readonly string[];
  readonly Condition?: {
    readonly 'ForAnyValue:StringEquals'?: { readonly 'dynamodb:EnclosingOperation': string };
    readonly 'ForAllValues:StringLike': {
      readonly 'dynamodb:LeadingKeys': string | readonly string[];
    };
  };
}

/** A DynamoDB API that lets through what a role may do. */
export interface Guard {
  readonly url: string;
  /** `dynamodb:GetItem on POLICY#*`, for everything that was done. */
  readonly used: ReadonlySet<string>;
  /** The same of what was refused. */
  readonly denied: ReadonlySet<string>;
  stop(): void;
}

/**
 * What a role of the packaged template may do on the table: `dynamodb:GetItem on POLICY#*`, with
 * ` in TransactWriteItems` where only as a part of that.
 */
export function tableRights(template: Template, role: string): string[] {
  const policies = template.Resources[role]?.Properties.Policies as {
    PolicyDocument: { Statement: Statement[] };
  }[];
  return policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Condition }) =>
      [Action].flat().flatMap((action) => {
        const keys = Condition?.['ForAllValues:StringLike']['dynamodb:LeadingKeys'];
        const within = Condition?.['ForAnyValue:StringEquals']?.['dynamodb:EnclosingOperation'];
        const only = within === undefined ? '' : ` in ${within}`;
        return keys === undefined ? [] : [keys].flat().map((key) => `${action} on ${key}${only}`);
      }),
    );
}

/** Stands before the database at `endpoint` and judges each request by a role's rights, as IAM would. */
export async function startGuard(endpoint: string, rights: readonly string[]): Promise<Guard> {
  const used = new Set<string>();
  const denied = new Set<string>();
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const target = String(request.headers['x-amz-target']);
    let allowed = true;
    const operation = target.split('.')[1] ?? '';
    for (const { action, key } of accesses(operation, JSON.parse(body))) {
      const right = rights.find((right) => covers(right, action, key, operation));
      if (right) used.add(right);
      else {
        denied.add(`${action} on ${key} in ${operation}`);
        allowed = false;
      }
    }
    if (!allowed) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end('{"__type":"com.amazon.coral.service#AccessDeniedException"}');
      return;
    }
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        authorization: String(request.headers.authorization),
        'x-amz-date': String(request.headers['x-amz-date']),
      },
      body,
    });
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    used,
    denied,
    stop: () => server.closeAllConnections(),
  };
}

/** The partition key that something is about, in DynamoDB's JSON. */
interface Keyed {
  readonly Key?: { readonly pk: { readonly S: string } };
  readonly Item?: { readonly pk: { readonly S: string } };
}
interface Request extends Keyed {
  readonly ExpressionAttributeValues?: { readonly ':pk'?: { readonly S: string } };
  readonly TransactItems?: readonly Readonly<Record<string, Keyed>>[];
}

/**
 * Which actions a request needs, and on which partition keys: a transaction needs those of its
 * parts. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
function accesses(operation: string, request: Request): { action: string; key: string }[] {
  const PARTS: Record<string, string> = {
    Get: 'GetItem',
    Put: 'PutItem',
    Delete: 'DeleteItem',
    Update: 'UpdateItem',
    ConditionCheck: 'ConditionCheckItem',
  };
  if (request.TransactItems) {
    return request.TransactItems.flatMap((item) =>
      Object.entries(item).map(([part, keyed]) => ({
        action: `dynamodb:${PARTS[part]}`,
        key: keyOf(keyed),
      })),
    );
  }
  const query = request.ExpressionAttributeValues?.[':pk']?.S;
  return [{ action: `dynamodb:${operation}`, key: query ?? keyOf(request) }];
}

const keyOf = ({ Key, Item }: Keyed): string => (Key ?? Item)?.pk.S ?? '?';

function covers(right: string, action: string, key: string, operation: string): boolean {
  const [allowed, where = ''] = right.split(' on ');
  const [pattern = '', within = operation] = where.split(' in ');
  if (allowed !== action || within !== operation) return false;
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
