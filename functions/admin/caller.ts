import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from '../http/problem.ts';
import { SipSyntaxError } from '../sip/error.ts';
import { parseUri } from '../sip/uri.ts';
import { unescapeUser } from '../sip/user.ts';
import { type ClaimNames, listOf, roleIn } from './claims.ts';

/** Who asks, as API Gateway's authorizer proved it. */
export type Caller =
  | {
      readonly role: 'admin' | 'helpdesk';
      /** A token's subject, or an IAM principal's ARN: goes into the history. */
      readonly who: string;
      /** The domains that they administer or help, lower case. */
      readonly domains: readonly string[] | 'all';
    }
  | {
      readonly role: 'subscriber';
      readonly who: string;
      readonly domain: string;
      /** User part of their AOR, unescaped, lower case. */
      readonly user: string;
    };

/** The parts of an event's context that the authorizers fill in. */
interface Authorizer {
  readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
  readonly iam?: { readonly userArn?: string };
}

/**
 * Reads who asks from what API Gateway proved. An IAM principal is an administrator of all
 * domains: which ones they may reach is for their IAM policy to say, path by path.
 *
 * @throws {Problem} 401 without proof; 403 where the token grants nothing
 */
export function callerOf(event: APIGatewayProxyEventV2, names: ClaimNames): Caller {
  const { authorizer } = event.requestContext as { authorizer?: Authorizer };
  const arn = authorizer?.iam?.userArn;
  if (arn) return { role: 'admin', who: arn, domains: 'all' };
  const claims = authorizer?.jwt?.claims;
  if (!claims) {
    throw new Problem(401, 'send "Authorization: Bearer <token>"');
  }
  return callerFromClaims(claims, names);
}

function callerFromClaims(claims: Readonly<Record<string, unknown>>, names: ClaimNames): Caller {
  // RFC 9068 §2.2: a client that acts for itself may have no subject of its own.
  const who = claims.sub ?? claims.client_id;
  if (typeof who !== 'string' || who === '') throw forbidden('names nobody: it has no sub');
  const role = roleIn(claims[names.role], names);
  if (role === undefined) {
    throw forbidden(`has no ${names.role} that is admin, helpdesk or subscriber`);
  }
  if (role === 'subscriber') return { role, who, ...addressOf(claims[names.aor], names) };
  const domains = listOf(claims[names.domains]).map((domain) => domain.toLowerCase());
  if (domains.length === 0) throw forbidden(`has no ${names.domains}; "*" is for all of them`);
  return { role, who, domains: domains.includes('*') ? 'all' : domains };
}

/** The claim `divert:aor`: `sip:bob@example.com`, or without the scheme. */
function addressOf(claim: unknown, names: ClaimNames): { domain: string; user: string } {
  const text = typeof claim === 'string' ? claim.trim() : '';
  try {
    const uri = parseUri(/^sips?:/i.test(text) ? text : `sip:${text}`);
    if ((uri.scheme === 'sip' || uri.scheme === 'sips') && uri.user) {
      return { domain: uri.host, user: unescapeUser(uri.user).toLowerCase() };
    }
  } catch (error) {
    if (!(error instanceof SipSyntaxError)) throw error;
  }
  throw forbidden(`has no ${names.aor} like sip:bob@example.com`);
}

const forbidden = (why: string): Problem => new Problem(403, `the token ${why}`);

/** Whether the caller has rights in a domain. */
export function coversDomain(caller: Caller, domain: string): boolean {
  if (caller.role === 'subscriber') return caller.domain === domain;
  return caller.domains === 'all' || caller.domains.includes(domain);
}

/**
 * Refuses a domain that the caller has named.
 *
 * @throws {Problem} 403
 */
export function requireDomain(caller: Caller, domain: string): void {
  if (!coversDomain(caller, domain)) {
    throw new Problem(403, `you have no rights in the domain ${domain}`);
  }
}

/**
 * Refuses a subscriber who asks for another. Compared letter by letter, without any dial plan:
 * what two domains read as two numbers is never taken for one.
 *
 * @throws {Problem} 403
 */
export function requireUser(caller: Caller, user: string): void {
  if (caller.role === 'subscriber' && caller.user !== user.toLowerCase()) {
    throw new Problem(403, `you may reach your own settings only: ${caller.user}`);
  }
}
