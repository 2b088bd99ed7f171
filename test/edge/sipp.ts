/**
 * SIPp scenarios from small parts, and running them.
 *
 * SIPp itself is driven by XML (https://sipp.readthedocs.io/en/v3.6.1/scenarios/); a scenario here is a
 * list of the XML pieces that these functions return.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';

const SDP = 'v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0';

function send(lines: readonly string[], attributes = '', body = ''): string {
  const type = body ? ['Content-Type: application/sdp'] : [];
  const text = [...lines, ...type, 'Content-Length: [len]', '', body].join('\n');
  return `<send ${attributes}><![CDATA[\n${text}\n]]></send>`;
}

export const pause = (milliseconds: number) => `<pause milliseconds="${milliseconds}"/>`;

// ---- User A: a caller ------------------------------------------------------------------------

export interface Invite {
  /** Request-URI; absent: the first Contact of the 302 that was followed. */
  readonly uri?: string;
  /** `[call_id]` or, as a new one that SIPp still counts to this call, `2///[call_id]`. */
  readonly callId?: string;
  readonly cseq?: number;
  /** Keep the first To, as baresip does. */
  readonly to?: string;
  readonly lines?: readonly string[];
  readonly branch?: string;
  /** The caller's address; Alice's unless given. */
  readonly from?: string;
}

export function invite(options: Invite): string {
  const uri = options.uri ?? '[$target]';
  return send(
    [
      `INVITE ${uri} SIP/2.0`,
      `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${options.branch ?? '[branch]'}`,
      'Max-Forwards: 70',
      `From: ${options.from ? `<${options.from}>` : '"Alice" <sip:alice@example.com>'};tag=a[pid]-[call_number]`,
      `To: <${options.to ?? uri}>`,
      `Call-ID: ${options.callId ?? '[call_id]'}`,
      `CSeq: ${options.cseq ?? 1} INVITE`,
      'Contact: <sip:alice@[local_ip]:[local_port];transport=[transport]>',
      ...(options.lines ?? []),
    ],
    // SIPp must not repeat an INVITE where a test looks at what the edge does with one.
    options.branch ? '' : 'retrans="500"',
    SDP,
  );
}

/** Waits for a reply; a 100 may come before it. `follow`: its first Contact is the next target. */
export function reply(status: number, options: { follow?: true; optional?: true } = {}): string {
  const target = `<action><ereg regexp="(sips?:[^>]+)" search_in="hdr" header="Contact:" assign_to="all,target"/></action>`;
  return [
    '<recv response="100" optional="true"/>',
    `<recv response="${status}" ${options.optional ? 'optional="true"' : ''} ${status < 300 && status >= 200 ? 'rrs="true"' : ''}>`,
    options.follow ? target : '',
    '</recv>',
  ].join('');
}

export const trying = () => '<recv response="100"/>';

/** ACK to a failure: hop by hop, so with the INVITE's own Via (RFC 3261 §17.1.1.3). */
export function ackFailure(options: Invite): string {
  return send([
    `ACK ${options.uri ?? '[$target]'} SIP/2.0`,
    '[last_Via:]',
    'Max-Forwards: 70',
    '[last_From:]',
    '[last_To:]',
    `Call-ID: ${options.callId ?? '[call_id]'}`,
    `CSeq: ${options.cseq ?? 1} ACK`,
  ]);
}

/** A request inside the call: ACK to the 200, BYE. */
export function inCall(method: 'ACK' | 'BYE', options: Invite & { number?: number } = {}): string {
  return send(
    [
      `${method} [next_url] SIP/2.0`,
      'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
      '[routes]',
      'Max-Forwards: 70',
      '[last_From:]',
      '[last_To:]',
      `Call-ID: ${options.callId ?? '[call_id]'}`,
      `CSeq: ${options.number ?? options.cseq ?? 1} ${method}`,
    ],
    method === 'BYE' ? 'retrans="500"' : '',
  );
}

/** CANCEL of the INVITE that was sent with this branch. */
export function cancel(options: Invite & { branch: string; uri: string }): string {
  return send([
    `CANCEL ${options.uri} SIP/2.0`,
    `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${options.branch}`,
    'Max-Forwards: 70',
    'From: "Alice" <sip:alice@example.com>;tag=a[pid]-[call_number]',
    `To: <${options.uri}>`,
    'Call-ID: [call_id]',
    `CSeq: ${options.cseq ?? 1} CANCEL`,
  ]);
}

// ---- User B, C: a phone that is called --------------------------------------------------------

/** Waits for an INVITE and keeps what later replies to it need, whatever comes in between. */
export function ringing(): string {
  const keep = (regexp: string, name: string) =>
    `<ereg regexp="${regexp}" search_in="msg" assign_to="${name}" check_it="false"/>`;
  return [
    '<recv request="INVITE" rrs="true"><action>',
    keep('Via:[^\\r\\n]*(\\r\\nVia:[^\\r\\n]*)*', 'vias,unused'),
    keep('Record-Route:[^\\r\\n]*(\\r\\nRecord-Route:[^\\r\\n]*)*', 'rr,unused'),
    keep('CSeq: [0-9]+ INVITE', 'cseq'),
    '</action></recv>',
  ].join('');
}

export interface Answer {
  readonly phrase?: string;
  readonly lines?: readonly string[];
  readonly sdp?: true;
}

/** A reply to the INVITE. */
export function answer(status: number, options: Answer = {}): string {
  const contact =
    status < 300 ? ['Contact: <sip:phone@[local_ip]:[local_port];transport=[transport]>'] : [];
  return send(
    [
      `SIP/2.0 ${status} ${options.phrase ?? PHRASES[status] ?? 'Whatever'}`,
      '[$vias]',
      '[$rr]',
      '[last_From:]',
      '[last_To:];tag=b[pid]-[call_number]',
      '[last_Call-ID:]',
      '[$cseq]',
      ...contact,
      ...(options.lines ?? []),
    ],
    status >= 200 ? 'retrans="500"' : '',
    options.sdp || status === 200 ? SDP : '',
  );
}
const PHRASES: Record<number, string> = {
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  302: 'Moved Temporarily',
  404: 'Not Found',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  487: 'Request Terminated',
  503: 'Service Unavailable',
  600: 'Busy Everywhere',
  603: 'Decline',
};

/** Waits for a request inside or about the call. */
export const expect = (method: 'ACK' | 'CANCEL' | 'BYE') => `<recv request="${method}"/>`;

/** 200 to the request that came last: CANCEL, BYE. */
export const ok = () =>
  send([
    'SIP/2.0 200 OK',
    '[last_Via:]',
    '[last_From:]',
    '[last_To:]',
    '[last_Call-ID:]',
    '[last_CSeq:]',
  ]);

// ---- Running them -----------------------------------------------------------------------------

export interface Sipp {
  readonly port: number;
  /** Resolves when the scenario has been played; throws with SIPp's error where it was not. */
  readonly done: Promise<void>;
  stop(): void;
}

/** SIPp's complaints without those about messages for calls that had ended as they should. */
export function ofCalls(errors: string): string {
  return errors
    .replace(/^The following events occurred:$/m, '')
    .split(/(?=\d{4}-\d\d-\d\d\t)/)
    .filter((event) => !/Dead call \S+ \(successful\)/.test(event))
    .join('')
    .trim();
}

/** How a party speaks to the edge. */
export interface Way {
  readonly tcp?: boolean;
  readonly ipv6?: boolean;
}

/** Plays a scenario once against the edge, as one party with a port of its own. */
export async function play(
  edgePort: number,
  steps: readonly string[],
  options: Way & { calls?: number; rate?: number; seconds?: number; port?: number } = {},
): Promise<Sipp> {
  const port = options.port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'divert-sipp-'));
  const used = ['all', 'target', 'vias', 'unused', 'rr', 'cseq'].filter((name) =>
    steps.some(
      (step) =>
        step.includes(`[$${name}]`) || new RegExp(`assign_to="[^"]*\\b${name}\\b`).test(step),
    ),
  );
  const reference = used.length > 0 ? `<Reference variables="${used.join(',')}"/>` : '';
  const xml = `<?xml version="1.0"?>\n<scenario name="test">${steps.join('\n')}\n${reference}</scenario>\n`;
  writeFileSync(join(folder, 'scenario.xml'), xml);
  const calls = String(options.calls ?? 1);
  const child = spawn(
    'sipp',
    [
      `${options.ipv6 ? '[::1]' : '127.0.0.1'}:${edgePort}`,
      '-sf',
      'scenario.xml',
      '-i',
      options.ipv6 ? '::1' : '127.0.0.1',
      '-p',
      String(port),
      '-m',
      calls,
      '-t',
      options.tcp ? 't1' : 'u1',
      '-r',
      String(options.rate ?? 10),
      '-l',
      '5000',
      '-nostdin',
      '-trace_err',
      '-cid_str',
      `%u-%p-${port}@%s`,
      '-timeout',
      String(options.seconds ?? 25),
      '-timeout_error',
      '-recv_timeout',
      '20000',
    ],
    { cwd: folder, stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } },
  );
  const done = (async () => {
    const [code] = await once(child, 'close');
    const errors = readdirSync(folder)
      .filter((name) => name.endsWith('_errors.log'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    rmSync(folder, { recursive: true, force: true });
    const said = errors.map(ofCalls).join('\n').trim();
    // What is repeated for a call that has ended well makes SIPp fail, and is no failure of a call.
    if (code !== 0 && (said !== '' || errors.length === 0)) {
      throw new Error(`SIPp ended with ${code}: ${said.slice(0, 2000)}`);
    }
  })();
  done.catch(() => {});
  return { port, done, stop: () => child.kill('SIGKILL') };
}
