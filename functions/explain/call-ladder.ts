import type { RouteRequest } from '../decide/decision.ts';
import { reasonPhrase } from '../decide/reason-phrase.ts';
import { parseNameAddr } from '../sip/name-addr.ts';
import { printUri, type Uri } from '../sip/uri.ts';
import { unescapeUser } from '../sip/user.ts';
import type { End, Hop } from './follow.ts';

/** A message between two of the participants, given by their places. */
export interface Message {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Ladder {
  readonly participants: readonly string[];
  readonly messages: readonly Message[];
}

/** The messages of an explained call: caller, edge, and everybody the call comes to. */
export function ladderOf(
  request: RouteRequest,
  hops: readonly Hop[],
  peer: string,
  ends: End | undefined,
): Ladder {
  const caller = 0;
  const edge = 1;
  const participants = [shortName(request.from), peer];
  const messages: Message[] = [];
  const say = (from: number, to: number, text: string) => messages.push({ from, to, text });
  // By the hop: the caller may call themselves.
  const callee = (uri: string): number => {
    const name = shortName(uri);
    const at = participants.indexOf(name, 2);
    return at >= 0 ? at : participants.push(name) - 1;
  };
  for (const [i, { requestUri, decision }] of hops.entries()) {
    const outcome = i === 0 ? request.outcome : undefined;
    const { action, status, reason, contacts = [] } = decision;
    say(caller, edge, `INVITE ${shortName(requestUri)}`);
    if (outcome) {
      const phone = callee(requestUri);
      say(edge, phone, 'INVITE');
      if (outcome.ringing) {
        say(phone, edge, '180 Ringing');
        say(edge, caller, '180 Ringing');
      }
      if (outcome.status === 408) say(edge, phone, 'CANCEL');
      else say(phone, edge, `${outcome.status} ${reasonPhrase(outcome.status)}`);
    }
    if (action === 'continue') {
      if (outcome) {
        say(edge, caller, `${outcome.status} ${reasonPhrase(outcome.status)}`);
      } else {
        const phone = callee(requestUri);
        say(edge, phone, 'INVITE');
        say(phone, edge, '180 Ringing');
        say(edge, caller, '180 Ringing');
      }
    } else {
      say(edge, caller, `${status} ${reason}`);
      say(caller, edge, 'ACK');
    }
    const best = contacts[0];
    // Whether anybody follows is not known without --follow.
    if (
      i === hops.length - 1 &&
      best !== undefined &&
      (ends === undefined || ends.how === 'elsewhere')
    ) {
      say(caller, callee(best), `INVITE ${shortName(best)}`);
    }
  }
  return { participants, messages };
}

/** The user of an address, or its host: what fits into a column. */
function shortName(address: string): string {
  const { uri } = parseNameAddr(address);
  const name = nameOf(uri);
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}

function nameOf(uri: Uri): string {
  if (uri.scheme === 'tel') return uri.number;
  if (uri.scheme === 'urn') return printUri(uri);
  return uri.user === undefined ? uri.host : unescapeUser(uri.user);
}
