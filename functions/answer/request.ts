import type { RouteRequest } from '../decide/decision.ts';
import { Problem } from '../http/problem.ts';
import { isObject } from '../rules/schema/is-object.ts';

/**
 * Validates the body of `POST /v1/route`: the shape only, SIP is parsed by the deciding core.
 * Fields that are not in the contract are ignored; `null` counts as absent where absent is allowed.
 *
 * @throws {Problem} 400 that names the first wrong field.
 */
export function toRouteRequest(body: unknown): RouteRequest {
  if (!isObject(body)) throw bad('body', 'is not a JSON object');
  const { sourceAddress, transport, canFollow, headers, outcome } = body;
  if (canFollow != null && typeof canFollow !== 'boolean') {
    throw bad('canFollow', 'is neither true nor false');
  }
  return {
    callId: requiredText(body, 'callId'),
    requestUri: requiredText(body, 'requestUri'),
    // Whoever calls writes these: what is in them decides nothing about the request.
    from: givenText(body, 'from'),
    to: givenText(body, 'to'),
    ...(sourceAddress != null && { sourceAddress: text(sourceAddress, 'sourceAddress') }),
    ...(transport != null && { transport: text(transport, 'transport') }),
    ...(canFollow != null && { canFollow }),
    ...(headers != null && { headers: headerFields(headers, 'headers') }),
    ...(outcome != null && { outcome: legOutcome(outcome) }),
  };
}

/** @throws {Problem} 400 field `body` where it is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw bad('body', 'is not JSON');
  }
}

function legOutcome(outcome: unknown): NonNullable<RouteRequest['outcome']> {
  if (!isObject(outcome)) throw bad('outcome', 'is not an object');
  const { status, ringing, contacts, headers } = outcome;
  if (!Number.isInteger(status) || (status as number) < 100 || (status as number) > 699) {
    throw bad('outcome.status', 'is not a SIP status code, 100 to 699');
  }
  if (ringing != null && typeof ringing !== 'boolean') {
    throw bad('outcome.ringing', 'is neither true nor false');
  }
  return {
    status: status as number,
    ...(ringing != null && { ringing }),
    ...(contacts != null && { contacts: texts(contacts, 'outcome.contacts') }),
    ...(headers != null && { headers: headerFields(headers, 'outcome.headers') }),
  };
}

function headerFields(headers: unknown, field: string): NonNullable<RouteRequest['headers']> {
  if (!isObject(headers)) throw bad(field, 'is not an object of header names and values');
  const present = Object.entries(headers).filter(([, value]) => value != null);
  for (const [name, value] of present) {
    if (typeof value !== 'string') texts(value, `${field}.${name}`);
  }
  return Object.fromEntries(present) as NonNullable<RouteRequest['headers']>;
}

function texts(value: unknown, field: string): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw bad(field, 'is neither a string nor an array of strings');
}

function requiredText(body: Record<string, unknown>, field: string): string {
  const value = givenText(body, field);
  if (value === '') throw bad(field, 'is missing');
  return value;
}

function givenText(body: Record<string, unknown>, field: string): string {
  const value = body[field];
  if (value == null) throw bad(field, 'is missing');
  return text(value, field);
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw bad(field, 'is not a string');
}

function bad(field: string, what: string): Problem {
  return new Problem(400, `${field} ${what}.`, field);
}
