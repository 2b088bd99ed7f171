import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseJson } from '../answer/request.ts';
import type { Answer, RouteRequest } from '../decide/decision.ts';
import type { HttpRequest } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { isObject } from '../rules/schema/is-object.ts';
import { calledUri, callerOf, nameAddr } from './address.ts';
import { bestTargets, calledTarget, headersOf } from './contacts.ts';
import type { Asked, Dialect } from './dialect.ts';
import { bridgedOutcome } from './outcome.ts';
import { json } from './respond.ts';

/**
 * jambonz: the webhook of an application. It bridges: no 302.
 *
 * Request (jambonz-feature-server, call-info.js `toJSON`, middleware.js `invokeWebCallback`):
 * `to` and `from` are user parts, `call_id` the SIP Call-ID, `originating_sip_ip` where the INVITE
 * came from, `sip` the message with `headers` by name; `sip.uri` names the feature server, so the
 * domain is To's. Our `actionHook` is called when a dialled leg has ended, with `dial_call_status`
 * and `dial_sip_status` (dial.js) but without `sip`: its query brings back the call. A signature
 * covers the body only, so where one proves who asks, the query carries one of ours.
 *
 * Answer: verbs (`@jambonz/verb-specifications`). Continue dials the called user.
 */
export const jambonz: Dialect = {
  name: 'jambonz',

  decode(http) {
    const body = object(parseJson(http.body));
    if (body === undefined) throw new Problem(400, 'body is not a JSON object.', 'body');
    const ended = text(body.dial_call_status);
    if (ended === 'completed') return json([]);
    const call = calledBack(http) ?? firstCall(body);
    const sourceAddress = text(body.originating_sip_ip);
    return {
      callId: text(body.call_id) || text(body.call_sid) || crypto.randomUUID(),
      ...call,
      ...(sourceAddress && { sourceAddress }),
      ...(ended && { outcome: bridgedOutcome(ended, Number(body.dial_sip_status)) }),
    };
  },

  encode(answer, asked) {
    switch (answer.action) {
      case 'redirect': {
        const targets = bestTargets(answer).map(({ uri }) => ({ type: 'sip', sipUri: uri }));
        return json([dial(targets, answer)]);
      }
      case 'reject':
        return json([{ verb: 'sip:decline', status: answer.status, reason: answer.reason }]);
      case 'continue':
        return json([callOrDecline(answer, asked)]);
    }
  },

  /** base-requestor.js `_generateSigHeader`: HMAC-SHA256 over `<t>.<body>`, t in seconds. */
  signer(http, secrets, now) {
    const { headers, body } = http;
    const pairs = (headers['jambonz-signature'] ?? '').split(',').map((pair) => pair.split('='));
    const time = pairs.find(([name]) => name === 't')?.[1] ?? '';
    if (!/^\d{1,12}$/.test(time) || Math.abs(now / 1000 - Number(time)) > MAX_AGE) return undefined;
    const given = pairs.filter(([name]) => name === 'v1').map(([, value]) => value ?? '');
    const signer = secrets.find((secret) => {
      const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
      return given.some((signature) => isEqual(signature, expected));
    });
    return signer !== undefined && isOwnQuery(http, secrets) ? signer : undefined;
  },
};

/** Whether the query is none, or one that we gave this call, under any secret that is good now. */
function isOwnQuery({ query, body }: HttpRequest, secrets: readonly string[]): boolean {
  const given = new URLSearchParams(query);
  const call = given.get('call');
  if (call === null) return true;
  return secrets.some((secret) => isEqual(given.get('sign') ?? '', querySign(secret, body, call)));
}

/** Binds what the query says to the call that the signed body names. */
function querySign(secret: string, body: string, call: string): string {
  const sid = text(object(parseJson(body))?.call_sid);
  return createHmac('sha256', secret).update(`call\n${sid}\n${call}`).digest('base64url');
}

/** For how long a signature counts, seconds. */
const MAX_AGE = 300;

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

type Call = Pick<RouteRequest, 'requestUri' | 'from' | 'to' | 'headers'>;

function firstCall(body: Readonly<Record<string, unknown>>): Call {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(object(object(body.sip)?.headers) ?? {})) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value;
  }
  const domain = /@([^;>?\s]+)/.exec(headers.to ?? '')?.[1] ?? '';
  const requestUri = calledUri(text(body.to), domain, 'to');
  return {
    requestUri,
    from: headers.from || callerOf(text(body.from), ''),
    to: headers.to || nameAddr(requestUri),
    headers,
  };
}

/** The headers that deciding again needs. */
const KEPT = ['diversion', 'history-info', 'p-asserted-identity', 'privacy', 'supported'];

/** The call as `hookFor` wrote it down. */
function calledBack({ query }: HttpRequest): Call | undefined {
  const call = new URLSearchParams(query).get('call');
  if (call === null) return undefined;
  const read = object(parseJson(Buffer.from(call, 'base64url').toString()));
  if (read === undefined) throw new Problem(400, 'call is not what the first answer said.', 'call');
  return read as unknown as Call;
}

function hookFor(
  { path, body }: HttpRequest,
  { requestUri, from, to, headers = {} }: RouteRequest,
  secret: string | undefined,
): string {
  const kept = Object.entries(headers).filter(([name]) => KEPT.includes(name));
  const call: Call = { requestUri, from, to, headers: Object.fromEntries(kept) };
  const said = Buffer.from(JSON.stringify(call)).toString('base64url');
  return `${path}?call=${said}${secret === undefined ? '' : `&sign=${querySign(secret, body, said)}`}`;
}

function callOrDecline(answer: Answer, { http, request, peer, secret }: Asked): object {
  const called = calledTarget(request?.requestUri, peer);
  if (request === undefined || request.outcome !== undefined || called === undefined) {
    return { verb: 'sip:decline', status: Math.max(request?.outcome?.status ?? 0, 480) };
  }
  const { number, uri, address } = called;
  const target =
    number === undefined ? { type: 'user', name: address } : { type: 'sip', sipUri: uri };
  return {
    ...dial([target], answer),
    ...(answer.ringSeconds !== undefined && { timeout: answer.ringSeconds }),
    actionHook: hookFor(http, request, secret),
  };
}

function dial(target: readonly object[], answer: Answer): object {
  const diversions = headersOf(answer, 'Diversion');
  return {
    verb: 'dial',
    answerOnBridge: true,
    target,
    ...(diversions.length > 0 && { headers: { Diversion: diversions.join(', ') } }),
  };
}

function object(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(value) ? value : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
