import type { Answer } from '../decide/decision.ts';
import { calledUri, callerOf, nameAddr } from './address.ts';
import { bestTarget, headersOf } from './contacts.ts';
import type { Dialect } from './dialect.ts';
import { formFields, printForm } from './form.ts';
import { ok } from './respond.ts';
import { scriptSafeList, scriptSafeUri } from './script-safe.ts';

/**
 * Asterisk, func_curl: a form of our own, filled by the dialplan under infra/edge/asterisk.
 *
 * `callee` `${EXTEN}` or a whole URI · `caller` From's value, a URI or `${CALLERID(num)}` ·
 * `call_id` · `domain` · optional `diversion`, `status` (how the called user's leg ended) and
 * `ringing` (`true` or `1`).
 *
 * The answer is a form too, which CURLOPT(hashcompat)=yes turns into a HASH (func_curl.c
 * `acf_curl_helper`): it decodes `%20`, not `+`. `contact` goes to Transfer(), which before the
 * answer is a 302 with this one Contact (chan_pjsip.c `transfer_redirect`); `cause` goes to
 * Hangup().
 */
export const asterisk: Dialect = {
  name: 'asterisk',

  decode(http) {
    const field = formFields(http);
    const domain = field('domain');
    const requestUri = calledUri(field('callee'), domain, 'callee');
    const diversion = field('diversion');
    const status = Number(field('status'));
    return {
      callId: field('call_id') || crypto.randomUUID(),
      requestUri,
      from: callerOf(field('caller'), domain),
      to: nameAddr(requestUri),
      ...(diversion && { headers: { Diversion: diversion } }),
      ...(status > 0 && {
        outcome: { status, ringing: /^(?:1|true|yes)$/i.test(field('ringing')) },
      }),
    };
  },

  encode: (answer) => ok('application/x-www-form-urlencoded', printForm(fieldsOf(answer))),
};

function fieldsOf(answer: Answer): Record<string, string | number | undefined> {
  const { action, status, reason, rule, degraded, decisionId, ringSeconds } = answer;
  return {
    action,
    ...(action === 'redirect' && {
      contact: scriptSafeUri(bestTarget(answer).uri),
      diversion: scriptSafeList(headersOf(answer, 'Diversion')),
    }),
    status,
    reason,
    ...(action === 'reject' && status !== undefined && { cause: causeOf(status) }),
    ring_seconds: ringSeconds,
    rule: rule === undefined ? undefined : rule.replace(/[$\\]/g, '_'),
    degraded: degraded && 'true',
    decision_id: decisionId,
  };
}

/**
 * The ISDN cause that Asterisk turns into this status, or the nearest (chan_pjsip.c
 * `hangup_cause2sip`).
 */
function causeOf(status: number): number {
  return CAUSES[status] ?? (status === 403 || status >= 600 ? 21 : 19);
}
const CAUSES: Readonly<Record<number, number>> = {
  404: 1,
  408: 18,
  410: 22,
  484: 28,
  486: 17,
  488: 58,
  500: 38,
  503: 34,
  600: 17,
  604: 1,
};
