import type { RouteRequest } from '../decide/decision.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { calledUri, callerOf, nameAddr } from './address.ts';
import { bestTarget, calledTarget, headersOf, type Target } from './contacts.ts';
import type { Asked, Dialect } from './dialect.ts';
import { formFields } from './form.ts';
import { type Called, type CalledLeg, calledLegs } from './legs.ts';
import { ok } from './respond.ts';
import { scriptSafeList, scriptSafeUri } from './script-safe.ts';
import { escapeXml } from './xml.ts';

/**
 * FreeSWITCH, mod_xml_curl bound to `dialplan`.
 *
 * The form is what mod_dialplan_xml.c `dialplan_xml_locate` gathers: the channel's variables as
 * `variable_…`, the caller profile as `Caller-…` and `Hunt-…` (switch_caller.c). Of mod_sofia
 * (sofia.c `_url_set_chanvars`): `sip_req_uri`, `sip_from_uri`, `sip_to_uri` are `user@host:port`
 * with the user unescaped, the URI's parameters are in `sip_req_params`; `sip_h_Diversion` holds
 * the last Diversion only, `sip_history_info` all of History-Info; `sip_i_…` holds every value,
 * where the profile has `parse-all-invite-headers`. `divert_status` and `divert_ringing` are set by
 * our own dialplan before it asks again.
 *
 * In the answer a `redirect` to one URI becomes a 302 with the `sip_h_…` variables as its headers
 * (mod_sofia.c `SWITCH_MESSAGE_INDICATE_REDIRECT`, `sofia_on_hangup`); several would be a 300.
 * Continue is "not found": the next binding is asked, then the local dialplan.
 *
 * With `?follow=yes` behind its address it calls the targets itself where Divert says so, by `bridge`
 * (switch_ivr_originate.c: `,` is at once, `[…]` one leg's variables; `nolocal:` exports to the
 * called legs alone). A single name of the domain is an extension of its own, which Divert is asked
 * about: `execute_extension` comes back where that has failed.
 */
export const freeswitch: Dialect = {
  name: 'freeswitch',

  decode(http) {
    const field = formFields(http);
    const section = field('section');
    if (section !== '' && section !== 'dialplan') return notFound();
    const variable = (name: string): string => field(`variable_${name}`);
    const requestUri = dialled(field, variable);
    const to = variable('sip_to_uri');
    const sourceAddress = variable('sip_network_ip');
    const transport = variable('sip_via_protocol').toLowerCase();
    const status = Number(variable('divert_status'));
    return {
      callId: variable('sip_call_id') || crypto.randomUUID(),
      requestUri,
      from: caller(field, variable),
      to: nameAddr(to ? calledUri(to, '', 'variable_sip_to_uri') : requestUri),
      ...(sourceAddress && { sourceAddress }),
      ...(transport && { transport }),
      ...(maySelfFollow(http) && { canFollow: true }),
      headers: headersFrom(field, variable),
      ...(status > 0 && {
        outcome: { status, ringing: variable('divert_ringing') === 'true' },
      }),
    };
  },

  encode(answer, asked) {
    const { http } = asked;
    switch (answer.action) {
      case 'redirect': {
        const legs = calledLegs(answer);
        if (legs !== undefined) return dialplan(http, followed(legs, asked));
        const diversion = scriptSafeList(headersOf(answer, 'Diversion'));
        const history = scriptSafeList(headersOf(answer, 'History-Info'));
        return dialplan(http, [
          ...(diversion ? [action('set', `sip_h_Diversion=${diversion}`)] : []),
          ...(history ? [action('set', `sip_h_History-Info=${history}`)] : []),
          action('redirect', scriptSafeUri(bestTarget(answer).uri)),
        ]);
      }
      case 'reject':
        return dialplan(http, [action('respond', `${answer.status} ${answer.reason}`)]);
      case 'continue':
        return notFound();
    }
  },
};

type Field = (...names: string[]) => string;

/**
 * The Request-URI; or, where a dialplan has transferred the call since, the number it hunts for now
 * in the Request-URI's domain.
 */
function dialled(field: Field, variable: Field): string {
  const uri = variable('sip_req_uri');
  const hunted = field('Hunt-Destination-Number', 'Caller-Destination-Number');
  const host = variable('sip_req_host') || variable('sip_to_host') || variable('domain_name');
  if (uri !== '' && (hunted === '' || uri.slice(0, uri.lastIndexOf('@')) === hunted)) {
    const params = variable('sip_req_params');
    return calledUri(uri, '', 'variable_sip_req_uri') + (params && `;${params}`);
  }
  return calledUri(hunted || variable('sip_req_user'), host, 'Hunt-Destination-Number');
}

function caller(field: Field, variable: Field): string {
  const value = callerOf(
    variable('sip_from_uri') || field('Caller-Caller-ID-Number'),
    variable('sip_from_host'),
    variable('sip_from_display') || field('Caller-Caller-ID-Name'),
  );
  const tag = variable('sip_from_tag');
  return tag ? `${value};tag=${tag}` : value;
}

function headersFrom(field: Field, variable: Field): NonNullable<RouteRequest['headers']> {
  const asserted = variable('sip_i_p_asserted_identity') || variable('sip_P-Asserted-Identity');
  const hidden = field('Caller-Privacy-Hide-Number') === 'true' ? 'id' : '';
  const headers: Record<string, string[]> = {
    // A target that is called in the caller's place was diverted to, as our last answer said.
    Diversion: pushed(
      variable('divert_diversion') || variable('sip_i_diversion') || variable('sip_h_Diversion'),
    ),
    'History-Info': pushed(
      variable('divert_history') || variable('sip_i_history_info') || variable('sip_history_info'),
    ),
    // `sip_P-Asserted-Identity` is the user alone, `user@host` or the value, as `paid-type` has it.
    'P-Asserted-Identity': pushed(asserted).map((value) => callerOf(value, '')),
    Privacy: pushed(variable('sip_i_privacy') || variable('sip_Privacy') || hidden),
    Supported: pushed(variable('sip_i_supported')),
    Priority: pushed(variable('sip_i_priority')),
    'User-Agent': pushed(variable('sip_user_agent')),
  };
  return Object.fromEntries(Object.entries(headers).filter(([, values]) => values.length > 0));
}

/** The values of a variable that was pushed to (switch_event.c): `ARRAY::one|:two`. */
function pushed(value: string): string[] {
  const array = /^ARRAY::(.*)$/s.exec(value)?.[1];
  return (array?.split('|:') ?? [value]).filter((one) => one !== '');
}

function maySelfFollow({ query }: HttpRequest): boolean {
  return new URLSearchParams(query).get('follow') === 'yes';
}

/** After these the next leg is tried; a decline ends the search (RFC 3261 §16.7: 6xx). */
const GOES_ON =
  'USER_BUSY,NO_ANSWER,NO_USER_RESPONSE,USER_NOT_REGISTERED,UNALLOCATED_NUMBER,NO_ROUTE_DESTINATION,' +
  'DESTINATION_OUT_OF_ORDER,NORMAL_TEMPORARY_FAILURE,RECOVERY_ON_TIMER_EXPIRE,ORIGINATOR_CANCEL,' +
  'SUBSCRIBER_ABSENT,NORMAL_UNSPECIFIED,GATEWAY_DOWN,PROGRESS_TIMEOUT,ALLOTTED_TIMEOUT,NETWORK_OUT_OF_ORDER';
/** How long a target may ring where nothing is said, seconds. */
const RINGS_FOR = 120;

function followed(legs: readonly CalledLeg[], asked: Asked): string[] {
  const field = formFields(asked.http);
  // The answer about a target of a call that is followed already: what follows it is not ours.
  const inner = field('variable_divert_following') === 'yes';
  return [
    action('set', `continue_on_fail=${GOES_ON}`),
    action('set', 'hangup_after_bridge=true'),
    // Of the called legs: a phone's own 302 is for Divert to judge.
    action('export', 'nolocal:outbound_redirect_fatal=true'),
    ...(inner ? [] : [action('set', 'divert_best=NO_ROUTE_DESTINATION')]),
    ...legs.flatMap((leg) => [
      ...told('Diversion', leg.diversions, 'divert_diversion'),
      ...told('History-Info', leg.history, 'divert_history'),
      ...told('Identity', leg.identities),
      ...rung(leg, asked),
    ]),
    ...(inner
      ? []
      : [
          action('unset', 'divert_following'),
          action('set', 'sip_ignore_remote_cause=true'),
          action('hangup', BEST),
        ]),
  ];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: FreeSWITCH is to expand them
const BEST = '${divert_best}';
/** Busy is the best of failures (RFC 3261 §16.7 leaves the choice among 4xx open). */
const KEEPS_BEST =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: FreeSWITCH is to expand them
  'divert_best=${cond(${divert_best} == USER_BUSY ? USER_BUSY : ${originate_disposition})}';

/** What the called legs have in that header, and where the next question finds it. */
function told(name: string, values: readonly string[], kept?: string): string[] {
  const list = scriptSafeList(values);
  if (list === '') return [action('unset', `sip_h_${name}`)];
  return [
    action('export', `nolocal:sip_h_${name}=${list}`),
    ...(kept === undefined ? [] : [action('set', `${kept}=${list}`)]),
  ];
}

function rung({ ringSeconds, called }: CalledLeg, asked: Asked): string[] {
  const seconds = ringSeconds ?? RINGS_FOR;
  const [only, ...more] = called;
  const name = more.length === 0 ? nameHere(only?.target, asked) : undefined;
  if (name !== undefined) {
    const context = formFields(asked.http)('Hunt-Context', 'Caller-Context') || 'default';
    return [
      action('set', 'divert_following=yes'),
      action('unset', 'divert_status'),
      action('set', `divert_ring=${seconds}`),
      action('execute_extension', `${name} XML ${context.replaceAll('$', '_')}`),
      action('set', KEEPS_BEST),
    ];
  }
  const strings = called.flatMap((one) => dialString(one, asked) ?? []);
  if (strings.length === 0) return [];
  return [
    action('set', `call_timeout=${seconds}`),
    action('bridge', strings.join(',')),
    action('set', KEEPS_BEST),
  ];
}

/** A name of a domain of the peer's: an extension of this dialplan. */
function nameHere(target: Target | undefined, { peer }: Asked): string | undefined {
  if (target === undefined || target.number !== undefined) return undefined;
  const at = target.address.lastIndexOf('@');
  const [user, host] = [target.address.slice(0, at), target.address.slice(at + 1)];
  return /^[\w.-]+$/.test(user) && peer?.domains.includes(host) ? user : undefined;
}

function dialString({ target, asserted, inFrom }: Called, asked: Asked): string | undefined {
  const to = target ?? calledTarget(asked.request?.requestUri, asked.peer);
  if (to === undefined) return undefined;
  const host = asked.peer?.domains[0] ?? '';
  const shown =
    asserted === undefined
      ? ''
      : `[sip_cid_type=none,sip_h_P-Asserted-Identity=<sip:${asserted}@${host};user=phone>` +
        `${inFrom ? `,origination_caller_id_number=${asserted}` : ''}]`;
  // The caller's own phones are names here, though they were dialled by a number.
  const number = target?.number;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: FreeSWITCH is to expand them
  const by = number === undefined ? '${divert_dial_names}' : '${divert_dial_numbers}';
  return `${shown}${by}${scriptSafeUri(number ?? addressIn(to.uri))}`;
}

/** `user@host` of a URI, as it is escaped there: a `;` or a `:_:` would be the dial string's own. */
function addressIn(uri: string): string {
  return uri.replace(/^sips?:/, '').replace(/(?::\d+)?(?:;.*)?$/s, '');
}

function dialplan(http: HttpRequest, actions: readonly string[]): HttpResponse {
  const asked = formFields(http)('Hunt-Context', 'Caller-Context') || 'default';
  // No dialplan has a context with a variable in its name.
  const context = asked.replaceAll('$', '_');
  return freeswitchXml(
    `<section name="dialplan"><context name="${escapeXml(context)}"><extension name="divert">` +
      `<condition>${actions.join('')}</condition></extension></context></section>`,
  );
}

function action(application: string, data: string): string {
  return `<action application="${application}" data="${escapeXml(data)}"/>`;
}

function notFound(): HttpResponse {
  return freeswitchXml('<section name="result"><result status="not found"/></section>');
}

function freeswitchXml(section: string): HttpResponse {
  return ok('text/xml; charset=utf-8', `<document type="freeswitch/xml">${section}</document>`);
}
