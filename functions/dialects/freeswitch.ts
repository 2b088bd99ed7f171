import type { RouteRequest } from '../decide/decision.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { calledUri, callerOf, nameAddr } from './address.ts';
import { bestTarget, headersOf } from './contacts.ts';
import type { Dialect } from './dialect.ts';
import { formFields } from './form.ts';
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
    const status = Number(variable('divert_status'));
    return {
      callId: variable('sip_call_id') || crypto.randomUUID(),
      requestUri,
      from: caller(field, variable),
      to: nameAddr(to ? calledUri(to, '', 'variable_sip_to_uri') : requestUri),
      ...(sourceAddress && { sourceAddress }),
      headers: headersFrom(field, variable),
      ...(status > 0 && {
        outcome: { status, ringing: variable('divert_ringing') === 'true' },
      }),
    };
  },

  encode(answer, { http }) {
    switch (answer.action) {
      case 'redirect': {
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
    Diversion: pushed(variable('sip_i_diversion') || variable('sip_h_Diversion')),
    'History-Info': pushed(variable('sip_i_history_info') || variable('sip_history_info')),
    // `sip_P-Asserted-Identity` is the user alone, `user@host` or the value, as `paid-type` has it.
    'P-Asserted-Identity': pushed(asserted).map((value) => callerOf(value, '')),
    Privacy: pushed(variable('sip_i_privacy') || variable('sip_Privacy') || hidden),
    Supported: pushed(variable('sip_i_supported')),
    Priority: pushed(variable('sip_i_priority')),
  };
  return Object.fromEntries(Object.entries(headers).filter(([, values]) => values.length > 0));
}

/** The values of a variable that was pushed to (switch_event.c): `ARRAY::one|:two`. */
function pushed(value: string): string[] {
  const array = /^ARRAY::(.*)$/s.exec(value)?.[1];
  return (array?.split('|:') ?? [value]).filter((one) => one !== '');
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
