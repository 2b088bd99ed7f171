import type { RouteRequest } from '../decide/decision.ts';
import { Problem } from '../http/problem.ts';
import { ANONYMOUS, calledUri, callerOf, nameAddr } from './address.ts';
import type { Dialect } from './dialect.ts';
import { formFields } from './form.ts';
import { json } from './respond.ts';
import { readSipRequest, type SipRequest } from './sip-message.ts';

/**
 * drachtio-server's request-handler.
 *
 * The query of pending-request-controller.cpp `processNewRequest` (GET and POST): `method`,
 * `domain`, `protocol`, `source_address`, `fromUser`, `toUser`, `uriUser`, `contentType`, `uri`;
 * behind them the parameters of the Request-URI, under whatever name the caller gave them: of a
 * name that is there twice, ours is the first. POST adds the SIP message, cut off at 16 KB
 * (request-handler.hpp HTTP_BODY_LEN), from which everything is read that is in it.
 *
 * Answers: controller.cpp `httpCallRoutingComplete`. It has no continue: that is a `route` to the
 * peer's `defaultRoute`, `host:port;transport=tcp` or `tag:<application>`.
 */
export const drachtio: Dialect = {
  name: 'drachtio',

  decode(http) {
    const query = formFields({ ...http, method: 'GET' });
    const message = http.body.trim() === '' ? undefined : readSipRequest(http.body);
    const method = message?.method ?? (query('method') || 'INVITE');
    if (method !== 'INVITE') throw new Problem(400, `${method} is not an INVITE.`, 'method');
    if (message && isOfACall(message))
      throw new Problem(400, 'The INVITE is not a new call.', 'to');
    const sourceAddress = query('source_address');
    return {
      ...(message ? fromMessage(message) : fromQuery(query)),
      ...(sourceAddress && { sourceAddress }),
    };
  },

  encode(answer, { peer }) {
    switch (answer.action) {
      case 'redirect':
        return json({ action: 'redirect', data: { contact: answer.contacts } });
      case 'reject':
        return json({ action: 'reject', data: { status: answer.status, reason: answer.reason } });
      case 'continue':
        return json(continueAt(peer?.defaultRoute));
    }
  },

  warning(answer, { peer }) {
    if (answer.action !== 'continue' || peer?.defaultRoute !== undefined) return undefined;
    const whose = peer ? `Peer ${peer.name} has no defaultRoute` : 'The peer is not known';
    return `${whose}: a call that should go on was rejected with 480.`;
  },
};

function continueAt(route: string | undefined): object {
  if (route === undefined) {
    return { action: 'reject', data: { status: 480, reason: 'Temporarily Unavailable' } };
  }
  const tag = /^tag:(.+)$/.exec(route)?.[1];
  return { action: 'route', data: tag === undefined ? { uri: route } : { tag } };
}

/** In a dialog, or to take one over (RFC 3891, RFC 3911): such an INVITE is nobody's to divert. */
function isOfACall({ headers }: SipRequest): boolean {
  const toTag = headers.to?.some((value) => /;\s*tag\s*=/i.test(value));
  return toTag === true || headers.replaces !== undefined || headers.join !== undefined;
}

function fromMessage(message: SipRequest): RouteRequest {
  const { headers, requestUri } = message;
  return {
    callId: headers['call-id']?.[0] || crypto.randomUUID(),
    requestUri,
    from: headers.from?.[0] || ANONYMOUS,
    to: headers.to?.[0] || nameAddr(requestUri),
    headers,
  };
}

/** Without the message there is no Call-ID and no host of the caller: a name is of no domain. */
function fromQuery(query: (...names: string[]) => string): RouteRequest {
  const requestUri = query('uri') || calledUri(query('uriUser'), query('domain'), 'uri');
  return {
    callId: crypto.randomUUID(),
    requestUri,
    from: callerOf(query('fromUser'), ''),
    to: nameAddr(requestUri),
  };
}
