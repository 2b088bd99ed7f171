/**
 * `npm run openapi`: writes docs/openapi.json from the table of operations that the admin
 * API is routed by, and its types for the console.
 */
import { writeFileSync } from 'node:fs';
import openapiTS from 'openapi-typescript';
import { MAX_PAGE } from '../../functions/admin/context.ts';
import { OPERATIONS, type Operation, type SchemaName } from '../../functions/admin/operations.ts';
import { schemas } from '../../functions/admin/schemas.ts';
import { type ProblemStatus, TITLES } from '../../functions/http/problem.ts';
import { argumentsFrom } from '../arguments.ts';

/** Where the document stands in the repository. */
export const FILE = new URL('../../docs/openapi.json', import.meta.url);
/** And its types for the console. */
export const TYPES = new URL('../../functions/console/web/api-types.d.ts', import.meta.url);

const PARAMETERS: Readonly<Record<string, object>> = {
  domain: { in: 'path', example: 'example.com', description: 'A SIP domain, in lower case.' },
  user: { in: 'path', example: 'bob', description: 'A subscriber’s name, not an alias.' },
  name: { in: 'path', example: 'edge', description: 'A peer’s name.' },
  switch: { in: 'path', example: 'night', description: 'The name of a switch.' },
  id: { in: 'path', example: '0123456789abcdef', description: 'The id of a peer’s key.' },
  force: {
    in: 'query',
    schema: { type: 'boolean' },
    description: 'Change what belongs to the rules kept as code; the next plan shows it as drift.',
  },
  limit: {
    in: 'query',
    schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: MAX_PAGE },
    description: 'Most items of a page; one may have fewer, and more follow while there is `next`.',
  },
  cursor: {
    in: 'query',
    schema: { type: 'string' },
    description: 'The `next` of the page before.',
  },
  from: {
    in: 'query',
    schema: { type: 'string', format: 'date-time' },
    description: 'RFC 3339, included.',
  },
  to: {
    in: 'query',
    schema: { type: 'string', format: 'date-time' },
    description: 'RFC 3339, excluded.',
  },
  search: {
    in: 'query',
    schema: { type: 'string', minLength: 1, maxLength: 200 },
    description: 'Part of a name or a number; whose whole name or number it is comes first.',
  },
  forwarded: {
    in: 'query',
    schema: { type: 'boolean' },
    description:
      'true: only whose calls are forwarded now without anybody’s ringing, or who has a setting by ' +
      'phone that is on.',
  },
  // The path's `user` has the name.
  called: {
    ...{ name: 'user', in: 'query' },
    schema: { type: 'string', minLength: 1, maxLength: 256 },
    description: 'Only calls to this subscriber, by any of their names, or to what is nobody’s.',
  },
  caller: {
    in: 'query',
    schema: { type: 'string', minLength: 1, maxLength: 256 },
    description: 'Only calls of this caller: a number, a name or an address; `anonymous`.',
  },
  callId: {
    in: 'query',
    schema: { type: 'string', minLength: 1, maxLength: 256 },
    description: 'Only of this SIP Call-ID.',
  },
  'If-Match': {
    in: 'header',
    schema: { type: 'string' },
    description: 'The ETag that the change was decided on. Required to change what is there (428).',
  },
  'If-None-Match': {
    in: 'header',
    schema: { type: 'string' },
    description: 'GET: 304 if it still has this ETag. PUT: `*` to create, and never to replace.',
  },
};

/** The OpenAPI 3.1 document of the admin API. */
export function openApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS) {
    const path = paths[operation.path] ?? {};
    path[operation.method.toLowerCase()] = describe(operation);
    paths[operation.path] = path;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Divert admin API',
      version: '1',
      description:
        'Domains, subscribers, phone settings, and peers with their keys. Rules belong to code ' +
        'by default: see docs/admin-api.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      { url: '/v1', description: 'With a token.' },
      { url: '/v1/iam', description: 'With AWS credentials.' },
    ],
    security: [{ token: [] }, { iam: [] }],
    paths,
    components: {
      schemas,
      parameters: Object.fromEntries(
        Object.entries(PARAMETERS).map(([name, parameter]) => [name, parameterOf(name, parameter)]),
      ),
      responses: Object.fromEntries(
        Object.entries(TITLES).map(([status, title]) => [
          status,
          {
            description: title,
            content: { 'application/problem+json': { schema: refTo('schemas', 'Problem') } },
          },
        ]),
      ),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'Claims: `sub`; `divert:role`, admin, helpdesk or subscriber; an admin’s and a help ' +
            'desk’s `divert:domains`, a list or "*"; a subscriber’s `divert:aor`, ' +
            'sip:bob@example.com. A deployment may name other claims.',
        },
        iam: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'AWS Signature Version 4 of a principal that may execute-api:Invoke.',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
  };
}

const parameterOf = (name: string, parameter: object): object => ({
  name,
  ...parameter,
  ...('in' in parameter &&
    parameter.in === 'path' && { required: true, schema: { type: 'string' } }),
});

const refTo = (kind: string, name: string): object => ({ $ref: `#/components/${kind}/${name}` });

function describe(operation: Operation): object {
  const { id, method, path, summary, roles, query = [], versioned, body } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const headers = !versioned
    ? []
    : method === 'GET'
      ? ['If-None-Match']
      : method === 'PUT'
        ? ['If-Match', 'If-None-Match']
        : ['If-Match'];
  return {
    operationId: id,
    summary,
    description: `For ${forWhom(roles)}.`,
    parameters: [...inPath, ...query, ...headers].map((name) => refTo('parameters', name)),
    ...(body && { requestBody: { required: true, content: contentOf(method, body) } }),
    responses: { ...answers(operation), ...refusals(operation) },
  };
}

function forWhom(roles: Operation['roles']): string {
  const desk = roles.includes('helpdesk') ? 'administrators and help desks' : 'administrators';
  return roles.includes('subscriber') ? `${desk}, and a subscriber for themselves` : desk;
}

function contentOf(method: string, body: SchemaName): object {
  if (method !== 'PATCH') return { 'application/json': { schema: refTo('schemas', body) } };
  const description = `A JSON Merge Patch for ${body}: members to replace, null for those to remove.`;
  return { 'application/merge-patch+json': { schema: { type: 'object', description } } };
}

function answers({ answers, versioned }: Operation): object {
  const etag = { ETag: { schema: { type: 'string' }, description: 'The version.' } };
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      {
        description: { 200: 'Done.', 201: 'Created.', 204: 'Removed.', 304: 'Not changed.' }[
          status
        ],
        ...(versioned && status !== '204' && { headers: etag }),
        ...(schema && { content: { 'application/json': { schema: refTo('schemas', schema) } } }),
      },
    ]),
  );
}

/** With what an operation may refuse, beside 401 and 403. */
function refusals({ method, body, query = [], versioned, budgeted, path }: Operation): object {
  const writes = method !== 'GET';
  const statuses: ProblemStatus[] = [401, 403, 404, 500, 503];
  if (body || query.length > 0) statuses.push(400);
  if (writes) statuses.push(409, 412);
  if (writes && versioned) statuses.push(428);
  if (body) statuses.push(413, 415, 422);
  if (budgeted) statuses.push(429);
  if (!path.includes('{')) statuses.splice(statuses.indexOf(404), 1);
  return Object.fromEntries(
    statuses.sort().map((status) => [status, refTo('responses', String(status))]),
  );
}

/** The document as it stands in its file. */
export const printOpenApi = (): string => `${JSON.stringify(openApi(), null, 2)}\n`;

/** What the console knows of the API, as it stands in its file. */
export const printTypes = (): Promise<string> =>
  openapiTS(JSON.parse(printOpenApi()), { commentHeader: '/* Made by `npm run openapi`. */\n\n' });

if (import.meta.main) {
  argumentsFrom(
    'npm run openapi: writes openapi.json from the table of operations that the admin API is routed by, and types',
  );
  writeFileSync(FILE, printOpenApi());
  writeFileSync(TYPES, await printTypes());
  console.log('wrote docs/openapi.json and functions/console/web/api-types.d.ts');
}
