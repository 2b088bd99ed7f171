import type { Answer } from '../decide/decision.ts';
import { calledUri, callerOf, nameAddr } from './address.ts';
import { bestTarget, calledTarget, headersOf } from './contacts.ts';
import type { Asked, Dialect } from './dialect.ts';
import { formFields, printForm } from './form.ts';
import { type CalledLeg, calledLegs } from './legs.ts';
import { ok } from './respond.ts';
import { scriptSafeList, scriptSafeUri } from './script-safe.ts';

/**
 * Asterisk, func_curl: a form of our own, filled by the dialplan under infra/edge/asterisk.
 *
 * `callee` `${EXTEN}` or a whole URI · `caller` From's value, a URI or `${CALLERID(num)}` ·
 * `call_id` · `domain` · optional `diversion`, `history`, `privacy`, `user_agent`, `supported`, `source`,
 * `transport`, `status` (how the called user's leg ended) and `ringing` (`true` or `1`) · `names` and
 * `numbers`, where it calls targets itself: what stands before their URI in Dial().
 *
 * The answer is a form too, which CURLOPT(hashcompat)=yes turns into a HASH (func_curl.c
 * `acf_curl_helper`): it decodes `%20`, not `+`. `contact` goes to Transfer(), which before the
 * answer is a 302 with this one Contact (chan_pjsip.c `transfer_redirect`); `cause` goes to
 * Hangup(). `plan` is whom to call, leg by leg: `seconds^call^` and dial strings for Dial(), or
 * `seconds^ask^` and a URI, about which Divert is asked as about a call of its own.
 */
export const asterisk: Dialect = {
  name: 'asterisk',

  decode(http) {
    const field = formFields(http);
    const domain = field('domain');
    const requestUri = calledUri(field('callee'), domain, 'callee');
    const headers = headersFrom(field);
    const source = field('source').replace(/:\d+$/, '');
    const transport = field('transport').toLowerCase();
    const status = Number(field('status'));
    return {
      callId: field('call_id') || crypto.randomUUID(),
      requestUri,
      from: callerOf(field('caller'), domain),
      to: nameAddr(requestUri),
      ...(source && { sourceAddress: source }),
      ...(transport && { transport }),
      ...(field('names') && field('numbers') && { canFollow: true }),
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(status > 0 && {
        outcome: { status, ringing: /^(?:1|true|yes)$/i.test(field('ringing')) },
      }),
    };
  },

  encode: (answer, asked) =>
    ok('application/x-www-form-urlencoded', printForm(fieldsOf(answer, asked))),
};

/** What its dialplan reads of the INVITE, by the names of the form. */
const HEADERS = {
  diversion: 'Diversion',
  history: 'History-Info',
  privacy: 'Privacy',
  supported: 'Supported',
  user_agent: 'User-Agent',
} as const;

function headersFrom(field: (name: string) => string): Record<string, string> {
  const given = Object.entries(HEADERS).map(([name, header]) => [header, field(name)]);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function fieldsOf(answer: Answer, asked: Asked): Record<string, string | number | undefined> {
  const { action, status, reason, rule, degraded, decisionId, ringSeconds } = answer;
  return {
    action,
    ...(action === 'redirect' && {
      contact: scriptSafeUri(bestTarget(answer).uri),
      diversion: scriptSafeList(headersOf(answer, 'Diversion')),
      ...following(answer, asked),
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

function following(answer: Answer, asked: Asked): Record<string, string | undefined> {
  const legs = calledLegs(answer);
  if (legs === undefined) return {};
  const numbers = legs.flatMap(({ called }) => called).find(({ asserted }) => asserted);
  return {
    plan: legs.flatMap((leg) => planOf(leg, asked) ?? []).join('|'),
    history: scriptSafeList(headersOf(answer, 'History-Info')),
    // The same for every number outside.
    asserted: numbers?.asserted,
    from: numbers?.inFrom ? numbers.asserted : undefined,
  };
}

/** How long a target may ring where nothing is said, seconds. */
const RINGS_FOR = 120;

function planOf({ ringSeconds = RINGS_FOR, called }: CalledLeg, asked: Asked): string | undefined {
  const [only, ...more] = called;
  const name = only?.target?.number === undefined ? only?.target : undefined;
  if (name !== undefined && more.length === 0) {
    return `${ringSeconds}^ask^${dialSafe(name.uri)}`;
  }
  const field = formFields(asked.http);
  const strings = called.flatMap(({ target }) => {
    const to = target ?? calledTarget(asked.request?.requestUri, asked.peer);
    const before = target?.number === undefined ? field('names') : field('numbers');
    return to === undefined ? [] : `${before.replace(/[^\w/@.-]/g, '')}${dialSafe(to.uri)}`;
  });
  return strings.length === 0 ? undefined : `${ringSeconds}^call^${strings.join('&')}`;
}

/** Dial() takes `&` for the next target (app_dial.c). */
function dialSafe(uri: string): string {
  return scriptSafeUri(uri).replaceAll('&', '%26');
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
