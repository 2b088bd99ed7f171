import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { fromEvent } from '../http/event.ts';
import type { HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { HOST, USER } from '../rules/schema/document.ts';
import type { Table } from '../store/table.ts';
import { type Caller, callerOf, requireDomain, requireUser } from './caller.ts';
import { type ClaimNames, OWN_CLAIMS } from './claims.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { problemOf } from './problem.ts';
import type { Services } from './services.ts';

/** One line for each request. */
export interface ApiLine {
  readonly level: 'info' | 'error';
  readonly event: 'api';
  readonly operation: string | undefined;
  readonly status: number;
  readonly who: string | undefined;
  readonly domain: string | undefined;
  /** Whose settings, rules or history it is about. */
  readonly user: string | undefined;
  readonly durationMs: number;
  readonly error?: string | undefined;
}

/** The admin API, behind JWT (`/v1/…`) and IAM authorization (`/v1/iam/…`) alike. */
export async function handleApi(
  event: APIGatewayProxyEventV2,
  table: Table,
  services: Services,
  log: (line: ApiLine) => void,
  claims: ClaimNames = OWN_CLAIMS,
): Promise<HttpResponse> {
  const started = performance.now();
  const seen: { operation?: Operation; caller?: Caller; path?: Readonly<Record<string, string>> } =
    {};
  let response: HttpResponse;
  let error: string | undefined;
  try {
    const http = fromEvent(event);
    const caller = callerOf(event, claims);
    seen.caller = caller;
    const { operation, path } = routeOf(http.method, http.path);
    Object.assign(seen, { operation, path });
    if (!operation.roles.includes(caller.role)) {
      throw new Problem(403, `your token's role may not do this: ${operation.summary}`);
    }
    if (path.domain !== undefined) requireDomain(caller, path.domain);
    if (path.user !== undefined) requireUser(caller, path.user);
    const query = new URLSearchParams(http.query);
    response = await operation.run({ http, caller, table, services, path, query });
  } catch (thrown) {
    const problem = problemOf(thrown, seen.caller?.role);
    if (problem.status >= 500) error = String((thrown as Error).stack ?? thrown);
    response = problem.toResponse();
  }
  log({
    level: error === undefined ? 'info' : 'error',
    event: 'api',
    operation: seen.operation?.id,
    status: response.status,
    who: seen.caller?.who,
    domain: seen.path?.domain,
    user: seen.path?.user,
    durationMs: performance.now() - started,
    error,
  });
  return response;
}

/** What may stand in each place of a path. Domains as they are stored, so that rights are about one spelling. */
const SEGMENTS: Readonly<Record<string, (text: string) => boolean>> = {
  domain: (text) => HOST.test(text) && text === text.toLowerCase(),
  user: (text) => USER.pattern.test(text),
  name: (text) => /^[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?$/.test(text),
  switch: (text) => /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u.test(text),
  id: (text) => /^[0-9a-f]{16}$/.test(text),
};

/**
 * The operation behind a path, which API Gateway has decoded.
 *
 * @throws {Problem} 404, 405
 */
function routeOf(
  method: string,
  fullPath: string,
): { operation: Operation; path: Readonly<Record<string, string>> } {
  const segments = fullPath.replace(/^\/v1(?:\/iam(?=\/))?/, '').split('/');
  const found = OPERATIONS.flatMap((operation) => {
    const path = matchPath(operation.path.split('/'), segments);
    return path ? [{ operation, path }] : [];
  });
  if (found.length === 0) throw new Problem(404, `there is nothing at ${fullPath}`);
  const match = found.find(({ operation }) => operation.method === method);
  if (match) return match;
  const allow = found.map(({ operation }) => operation.method).join(', ');
  throw new Problem(405, `${method} is not for this path, but ${allow}`, { headers: { allow } });
}

function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const path: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] as string;
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? segment !== part : !SEGMENTS[name]?.(segment)) return undefined;
    if (name !== undefined) path[name] = segment;
  }
  return path;
}
