import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { Answer } from '../decide/decision.ts';
import type { HttpResponse } from '../http/http.ts';
import { ANONYMOUS, calledUri, callerOf, nameAddr } from './address.ts';
import { bestTargets, calledTarget } from './contacts.ts';
import type { Asked, Dialect } from './dialect.ts';
import { formFields } from './form.ts';
import { bridgedOutcome } from './outcome.ts';
import { ok } from './respond.ts';
import { escapeXml, XML_DECLARATION } from './xml.ts';

/**
 * Twilio Programmable Voice, and Telnyx TeXML, which has the same fields and verbs. It bridges: no
 * 302.
 *
 * Fields (twilio.com/docs/voice/api/sip-twiml): `To` the URI of the INVITE, or the number called;
 * `From`; `SipCallId`; `SipSourceIp`; and after a `<Dial>` (…/twiml/dial "action")
 * `DialCallStatus`, `DialSipResponseCode`. Of the INVITE's headers only `X-…` are passed on
 * (`SipHeader_X-…`), so a Diversion that came in is not seen.
 *
 * Answer: `<Dial>` one or several `<Sip>`; `<Reject>`, which knows busy (486) and rejected (404).
 * Continue dials the called user.
 */
export const twilio: Dialect = {
  name: 'twilio',

  decode(http) {
    const field = formFields(http);
    const ended = field('DialCallStatus');
    if (ended !== '' && !FAILED.includes(ended)) return twiml('<Hangup/>');
    const requestUri = calledUri(field('To', 'Called'), field('SipDomain'), 'To');
    const from = field('From', 'Caller');
    const sourceAddress = field('SipSourceIp');
    return {
      callId: field('SipCallId', 'CallSid') || crypto.randomUUID(),
      requestUri,
      // twilio.com/docs/voice/twiml "From": what stands for a caller who hides their number.
      from: HIDDEN.test(from) ? ANONYMOUS : callerOf(from, '', field('CallerName')),
      to: nameAddr(requestUri),
      ...(sourceAddress && { sourceAddress }),
      ...(ended && { outcome: bridgedOutcome(ended, Number(field('DialSipResponseCode'))) }),
    };
  },

  encode(answer, asked) {
    switch (answer.action) {
      case 'redirect':
        return dial(
          bestTargets(answer).map(({ uri }) => uri),
          {},
        );
      case 'reject':
        return reject(answer.status);
      case 'continue':
        return callOrReject(answer, asked);
    }
  },

  /** twilio.com/docs/usage/security: HMAC-SHA1 over the URL and the sorted fields of a POST. */
  signer(http, secrets) {
    const { headers, method, path, query, body } = http;
    const signature = headers['x-twilio-signature'];
    const origin = `${headers['x-forwarded-proto'] ?? 'https'}://${headers.host}`;
    if (signature === undefined || !URL.canParse(origin)) return undefined;
    const url = `${origin}${path}${query && `?${query}`}`;
    const fields: Record<string, string | string[]> = Object.create(null);
    for (const [name, value] of method === 'GET' ? [] : new URLSearchParams(body)) {
      fields[name] = name in fields ? [fields[name] as string, value].flat() : value;
    }
    return secrets.find((secret) => validateRequest(secret, signature, url, fields));
  },
};

/** Ends of a dialled leg on which there is something left to decide. */
const FAILED = ['busy', 'no-answer', 'failed'];
const HIDDEN =
  /^(?:\+?266696687|\+?7378742833|\+?2562533|\+?8656696|anonymous|restricted|unavailable|unknown)$/i;

function callOrReject(answer: Answer, { http, request, peer }: Asked): HttpResponse {
  const called = calledTarget(request?.requestUri, peer);
  if (called === undefined || request?.outcome !== undefined)
    return reject(request?.outcome?.status);
  return dial([called.uri], {
    action: http.path,
    ...(answer.ringSeconds !== undefined && { timeout: answer.ringSeconds }),
  });
}

function dial(uris: readonly string[], attributes: Readonly<Record<string, string | number>>) {
  const all = Object.entries({ answerOnBridge: 'true', ...attributes })
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
  const targets = uris.map((uri) => `<Sip>${escapeXml(uri)}</Sip>`).join('');
  return twiml(`<Dial${all}>${targets}</Dial>`);
}

function reject(status: number | undefined): HttpResponse {
  return twiml(status === 486 || status === 600 ? '<Reject reason="busy"/>' : '<Reject/>');
}

function twiml(verbs: string): HttpResponse {
  return ok('text/xml; charset=utf-8', `${XML_DECLARATION}<Response>${verbs}</Response>`);
}
