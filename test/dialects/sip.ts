import type { Call } from './conformance.ts';
import { CALLED, type Called } from './world.ts';

/** The INVITE of a call as it would be on the wire; headers as sipp and phones write them. */
export function invite(call: Call, uri = uriOf(call.called)): string {
  return [
    `INVITE ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds',
    'Max-Forwards: 70',
    `f: ${fromOf(call)}`,
    `To: <${uri}>`,
    `i: ${call.callId ?? 'a84b4c76e66710@pc33'}`,
    'CSeq: 314159 INVITE',
    'Contact: <sip:alice@198.51.100.7>',
    ...(call.diversions ?? []).map((value) => `Diversion: ${value}`),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

export function uriOf(called: Called): string {
  return `sip:${CALLED[called].user}@example.com`;
}

/** From's value. */
export function fromOf({ caller = 'alice', display }: Call): string {
  if (caller === 'anonymous') return '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1928301774';
  const name = display === undefined ? 'Alice' : display.replace(/["\\]/g, '\\$&');
  return `"${name}" <sip:alice@example.com>;tag=1928301774`;
}

/** `carol` of `sip:carol@example.com;cause=302`, throwing where that is no URI without brackets. */
export function userOf(uri: string): string {
  const match = /^sips?:([^@\s<>"]+)@[\w.-]+(?::\d+)?(?:;[^\s<>"]*)?$/.exec(uri);
  if (match === null) throw new Error(`not a bare URI: ${uri}`);
  return decodeURIComponent(match[1] as string);
}

/** The URI in a Contact value, throwing where it is not `<…>` with header parameters. */
export function contactUri(contact: string): string {
  const match = /^<([^<>\s"]+)>(?:;[^\s<>"]+)*$/.exec(contact);
  if (match === null) throw new Error(`not a Contact value: ${contact}`);
  return match[1] as string;
}
