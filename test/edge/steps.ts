/** What the parties of the reference call do, for scenarios to share. */

import {
  ackFailure,
  answer,
  expect,
  type Invite,
  inCall,
  invite,
  pause,
  reply,
  ringing,
} from './sipp.ts';
import type { Reply, Script } from './webhook.ts';

/** A follows the 302 with a new INVITE, as the guide has it, or with the same Call-ID and old To, as some phones do. */
export type Following = 'new Call-ID' | 'same Call-ID';

/** A calls, sees these provisional replies and the 302, and calls its first Contact, which answers. */
export function callAndFollow(
  uri: string,
  following: Following,
  provisional: readonly number[] = [],
): string[] {
  const first: Invite = { uri };
  const second: Invite =
    following === 'new Call-ID' ? { callId: '2///[call_id]' } : { cseq: 2, to: uri };
  return [
    invite(first),
    ...provisional.map((status) => reply(status)),
    reply(302, { follow: true }),
    ackFailure(first),
    ...conversation(second),
  ];
}

/** A calls and B answers after ringing. */
export function conversation(call: Invite): string[] {
  return [invite(call), reply(180), reply(200), inCall('ACK', call)];
}

/** A calls and is refused. */
export function refused(
  uri: string,
  status: number,
  provisional: readonly number[] = [],
): string[] {
  const call = { uri };
  return [invite(call), ...provisional.map((code) => reply(code)), reply(status), ackFailure(call)];
}

/** Long enough for the edge to relay one message before the next one comes. */
const A_WHILE = pause(300);

/** A phone that rings and answers. */
export const answering = () => [ringing(), answer(180), A_WHILE, answer(200), expect('ACK')];

/** A phone that refuses, after ringing where it is told to. */
export const refusing = (
  status: number,
  options: { rings?: true; after?: number; lines?: readonly string[] } = {},
) => [
  ringing(),
  ...(options.after ? [pause(options.after)] : []),
  ...(options.rings ? [answer(180), A_WHILE] : []),
  answer(status, { lines: options.lines ?? [] }),
  expect('ACK'),
];

/** F9 to F16, and with `A>P ACK` before it the end of every diverted call. */
export const FOLLOWED = [
  'A>P INVITE carol',
  'P>C INVITE carol',
  'C>P 180',
  'P>A 180',
  'C>P 200',
  'P>A 200',
  'A>P ACK',
  'P>C ACK',
];
export const DIVERTED = ['P>A 302', 'A>P ACK', ...FOLLOWED];

export const letThrough: Reply = { json: { action: 'continue' } };

/** The redirect that Divert sends to a caller of bob. */
export function to(contacts: string | readonly string[], headers: readonly string[] = []): Reply {
  const list = typeof contacts === 'string' ? [`<${contacts};cause=302>;q=1.0;mp=1`] : contacts;
  return {
    json: { action: 'redirect', status: 302, reason: 'Moved Temporarily', contacts: list, headers },
  };
}

/** `continue` first, and then, when it is asked how the call ended, this. */
export function onOutcome(then: Reply, ringSeconds?: number): Script {
  const first = { json: { action: 'continue', ...(ringSeconds ? { ringSeconds } : {}) } };
  return (request) => (request.outcome ? then : first);
}
