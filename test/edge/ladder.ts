/** A captured call as lines to compare, one per message, and the parts of a SIP message. */
import type { Packet } from './capture.ts';

/** The parties of a call by letter; P is the edge. */
export type Parties = Readonly<Record<string, number>>;

export interface Message extends Packet {
  /** `A>P INVITE bob`, `P>A 302`, `P>A 200 CANCEL`: who to whom, and what. */
  readonly line: string;
}

/**
 * The messages between these parties in the order in which they were sent. 100 Trying is left out, it
 * may appear anywhere; so are retransmissions, unless they are asked for.
 */
export function ladder(
  packets: readonly Packet[],
  parties: Parties,
  options: { retransmissions?: boolean; trying?: boolean } = {},
): Message[] {
  const names = new Map(Object.entries(parties).map(([name, port]) => [port, name]));
  const seen = new Set<string>();
  const messages: Message[] = [];
  for (const packet of packets) {
    const [from, to] = [names.get(packet.from), names.get(packet.to)];
    if (!from || !to || from === to || method(packet.text) === 'REGISTER') continue;
    if (!options.trying && packet.text.startsWith('SIP/2.0 100')) continue;
    const key = `${packet.from}>${packet.to} ${packet.text}`;
    if (!options.retransmissions && seen.has(key)) continue;
    seen.add(key);
    messages.push({ ...packet, line: `${from}>${to} ${summary(packet.text)}` });
  }
  return messages;
}

/** Every value of a header, in order, one per line of the message. */
export function values(message: Packet, name: string): string[] {
  const [head = ''] = message.text.split('\r\n\r\n');
  const prefix = `${name.toLowerCase()}:`;
  return head
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim());
}

/** The method a message is about: a request's own, or the one in a reply's CSeq. */
function method(text: string): string {
  return /^CSeq:\s*\d+\s+(\w+)/im.exec(text)?.[1] ?? '';
}

function summary(text: string): string {
  const about = method(text);
  const status = /^SIP\/2\.0 (\d{3})/.exec(text)?.[1];
  if (status) return about === 'INVITE' ? status : `${status} ${about}`;
  const user = /^\w+ \w+:([^@; ]*)/.exec(text)?.[1] ?? '';
  return about === 'INVITE' ? `INVITE ${user}` : about;
}
