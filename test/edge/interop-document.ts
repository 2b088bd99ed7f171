/** docs/interop.md, from what a run has seen. */
import { execFileSync } from 'node:child_process';
import { type Kind, type Row, SITUATIONS, type Situation } from './interop.ts';

/** What one cell came to: what was seen, or why it is not what it should be. */
export interface Cell {
  readonly row: Row;
  readonly situation: Situation;
  readonly seen: string;
  readonly failed: boolean;
}

const TRANSPORTS = { udp: 'UDP', tcp: 'TCP', tls: 'TLS', wss: 'WSS' } as const;
const nameOf = ({ a, c, transport, ipv6 }: Row) =>
  `${a} → ${c} | ${TRANSPORTS[transport]}${ipv6 ? ', IPv6' : ''}`;

/** Of Debian's packages, as this machine has them. */
function versionOf(kind: Kind | 'kamailio' | 'chromium'): string {
  const names = {
    linphonec: 'linphone-cli',
    baresip: 'baresip-core',
    JsSIP: 'chromium',
    kamailio: 'kamailio',
    chromium: 'chromium',
  };
  return execFileSync('dpkg-query', ['-W', '-f', `\${Version}`, names[kind]], { encoding: 'utf8' });
}

export function interopDocument(cells: readonly Cell[], jssip: string): string {
  const rows = [...new Set(cells.map(({ row }) => row))];
  const text = (row: Row, situation: Situation): string => {
    const cell = cells.find((one) => one.row === row && one.situation === situation);
    if (cell === undefined) return 'not run';
    return cell.failed ? `**failed**: ${cell.seen}` : cell.seen;
  };
  const table = rows.map(
    (row) =>
      `| ${nameOf(row)} | ${SITUATIONS.map((situation) => text(row, situation)).join(' | ')} |`,
  );
  return `# Which phones were tried

\`npm run interop\` writes this page from calls that it makes: real phones through the sample edge (Kamailio
${versionOf('kamailio')}) and the Divert that is deployed. \`npm test\` runs a cell or two for each kind of phone
(\`test/edge/interop.test.ts\`). Phones are those of Debian 12: linphonec ${versionOf('linphonec')}, baresip
${versionOf('baresip')}, and JsSIP ${jssip} in Chromium ${versionOf('chromium')} with real WebRTC.

Alice calls on the left, Carol answers on the right; both register with a digest password over the transport of their
row, TLS with a certificate that linphonec and baresip check. Each INVITE is challenged, the one after a 302 too.
"talks to carol" is a call that stands at both ends, and in the browser one whose sound comes in. A call that fails is
made once more.

| Alice → Carol | over | ${SITUATIONS.join(' | ')} |
|---|---|${SITUATIONS.map(() => '---').join('|')}|
${table.join('\n')}

- **busy, no answer, decline, own 302**: Bob's phone answers 486, rings for 5 s, answers 603, or sends a 302 of its own
  to Carol. **always**: Bob's phone is never rung. **follow**: Bob's phone and Carol's ring at once, called by the edge.
- **loop**: each of two forwards every call to the other; the second one's phone rings, once.
- **feature code**: \`*#21#\`, and what the phone shows of the answer; linphonec's terminal shows no phrase. baresip sends \`#\` as it is; linphonec and JsSIP
  take it only as \`%23\`.
- JsSIP never follows a 302: the peer's \`follow: { transports: [ws, wss] }\` lets the edge call Carol for it.

## Not in the table, and why

| | |
|---|---|
| JsSIP over UDP, TCP, TLS | a browser has only WebSocket |
| linphonec or baresip over WSS | neither has it in Debian 12 |
| a browser and a desk phone in one call | WebRTC's media (DTLS-SRTP) has to be translated, by rtpengine for instance, whose sample (\`divert-rtpengine.cfg\`) was tried with plain RTP; the signalling is the same |
| IPv6 with linphonec as caller | not tried; SIPp over IPv6 with UDP, TCP and TLS is in \`test/edge/transports.test.ts\` |
| busy, decline by these phones themselves | Bob's phone is a script, which says to the byte what phones say; baresip and linphonec have no 302 of their own to send |
| desk phones and PBXs themselves (Cisco, Avaya, Teams, Ribbon, Mitel, 3CX, Yealink, Grandstream, Poly, Snom), SIP.js | none was there; what the first eight put into their messages, written anew after public captures, calls a busy Bob, refuses and diverts in \`test/edge/vendors.test.ts\` |
`;
}
