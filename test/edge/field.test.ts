/**
 * Calls as networks and phones really send them, through the edge to Divert itself: what they come to. Each
 * kind has several inputs, since it is never the one that was reported.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePeer } from '../../functions/rules/peers.ts';
import type { PeerSource } from '../../functions/rules/schema/peers-document.ts';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { writePeer } from '../../infra/local/peer.ts';
import { Edge } from './edge.ts';
import { PATIENT_DIVERT, PATIENT_EDGE } from './patience.ts';
import { finalOf, lines, type RawAnswer, RawPhone, rawCall } from './raw.ts';
import { found } from './scenario.ts';
import { waysToAsk } from './ways.ts';

const RULES = `domain: example.com
country: ES
timezone: Europe/Madrid
targets: { allow: ["@example.com", "+34", "ext:2xxx"] }
groups: { vip: ["+34911234567", "sip:luis@example.com"] }
subscribers:
  always: { rules: [{ name: always, when: always, forward: carol }] }
  strangers: { rules: [{ name: strangers, when: always, callers: [external], forward: carol }] }
  vips: { rules: [{ name: vips, when: always, callers: [vip], forward: carol }] }
  daves: { rules: [{ name: daves, when: always, callers: [dave], forward: carol }] }
PLAIN
  dave: { aliases: ["+34910000004", "2004"] }
  carol: { aliases: ["2003"] }
  erin: {}
  shy: { privacy: full, rules: [{ when: always, forward: { to: carol, mailbox: true } }] }
  open: { rules: [{ when: always, forward: { to: carol, mailbox: true } }] }
`;

interface Case {
  /** `plain` is somebody of their own in each case. */
  readonly to: string;
  readonly call?: { readonly from?: string; readonly to?: string; readonly headers?: string[] };
  readonly phone?: RawAnswer;
  /** Status line's number; Contacts of a 302 without what Divert adds. */
  readonly final: number;
  readonly contacts?: readonly string[];
  /** Header lines that the final response must have, as they begin. */
  readonly has?: readonly [name: string, start: string][];
  /** What no header line that Divert adds may have. */
  readonly hides?: string;
}
const BUSY: RawAnswer = { line: '486 Busy Here' };
const moved = (...headers: string[]): RawAnswer => ({ line: '302 Moved', headers });
const TO_CAROL = { final: 302, contacts: ['sip:carol@example.com'] };
const asserted = (value: string) => ({ headers: [`P-Asserted-Identity: ${value}`] });

/** RFC 3261 §20.20: who calls is nobody then, and rules hold all the same. */
const UNREADABLE = [
  '<sip:alice@192.0.2.44:0>',
  '<sip:m\xc3\xbcller@192.0.2.44>',
  '<sip:m\xfcller@192.0.2.44>',
  '<sip:a%zz@192.0.2.44>',
];

/** Kamailio's: a setting of the edge, a header, its environment, a list and what it escapes itself with. */
const VARIABLES = '"$def(DIVERT_KEY) $(hdr(To)) $env(PATH) $avp(x) $$ $ci"';

/** A peer inside a trust domain. */
const MARKED: PeerSource = { name: 'marked', domains: ['example.com'], hidden: 'marked' };
const MARKED_PEER = found(compilePeer(MARKED).peer);

const CASES: Record<string, Case> = {
  ...Object.fromEntries(
    UNREADABLE.map((from) => [`From ${from}`, { to: 'strangers', call: { from }, ...TO_CAROL }]),
  ),
  ...Object.fromEntries(
    [
      '<sip:192.0.2.45:443;transport=wss;thinfo=QmFzZTY0/dGV4dA+=>',
      '<sip:always@example.com:0>',
      '<sip:\xff@example.com>',
    ].map((to) => [`To ${to}`, { to: 'always', call: { to }, ...TO_CAROL }]),
  ),
  // A short number is of its host.
  'a caller 2004 of another host is no colleague': {
    ...{ to: 'daves', call: { from: '<sip:2004@gw.elsewhere.example>' }, phone: BUSY, final: 486 },
  },
  'nor by P-Asserted-Identity': {
    ...{ to: 'daves', call: asserted('<sip:2004@gw.elsewhere.example;user=phone>'), phone: BUSY },
    final: 486,
  },
  'nor with a phone-context of another domain (RFC 3966 §5.1.5)': {
    ...{ to: 'daves', call: asserted('<tel:2004;phone-context=elsewhere.example>'), phone: BUSY },
    final: 486,
  },
  'they are external': {
    ...{ to: 'strangers', call: { from: '<sip:2004@gw.elsewhere.example>' }, ...TO_CAROL },
  },
  'a Diversion of 2003 elsewhere does not drop carol': {
    ...{
      to: 'always',
      call: { headers: ['Diversion: <sip:2003@pbx.elsewhere.example>;reason=away'] },
    },
    ...TO_CAROL,
  },
  'nor does History-Info': {
    to: 'always',
    call: {
      headers: [
        'History-Info: <sip:2003@pbx.elsewhere.example;cause=302>;index=1, <sip:always@example.com;cause=302>;index=1.1;mp=1',
      ],
    },
    ...TO_CAROL,
  },
  'a Diversion of carol herself does': {
    ...{ to: 'always', call: { headers: ['Diversion: <sip:2003@example.com>;reason=away'] } },
    ...{ phone: BUSY, final: 486 },
  },
  // Numbers and names, RFC 3966.
  'a colleague asserted as tel: is internal': {
    ...{ to: 'strangers', call: asserted('<tel:+34-910-000-004>'), phone: BUSY, final: 486 },
  },
  'and is who they are': { to: 'daves', call: asserted('<tel:+34910000004>'), ...TO_CAROL },
  'a phone-context completes a number': {
    ...{ to: 'vips', call: asserted('<tel:911234567;phone-context=+34>'), ...TO_CAROL },
  },
  'also in the user part of a SIP URI': {
    ...{ to: 'vips', call: asserted('<sip:911234567;phone-context=+34@gw.example;user=phone>') },
    ...TO_CAROL,
  },
  'a phone diverts to a local number with its context': {
    ...{ to: 'plain', phone: moved('Contact: <tel:600123456;phone-context=+34>') },
    ...{ final: 302, contacts: ['sip:+34600123456@example.com;user=phone'] },
  },
  'but to none of another domain': {
    ...{ to: 'plain', phone: moved('Contact: <tel:600123456;phone-context=elsewhere.example>') },
    final: 480,
  },
  'a phone that names itself at its own address keeps its reason': {
    to: 'plain',
    phone: moved(
      'Contact: <sip:carol@example.com>',
      'Diversion: "Plain" <sip:USER@10.20.30.40:5062;transport=tcp>;reason=no-answer',
    ),
    ...TO_CAROL,
    has: [
      ['diversion', '@example.com>;reason=no-answer'],
      ['contact', '<sip:carol@example.com;cause=408'],
    ],
  },
  // What a phone's own 3xx comes to.
  '380 with a stranger’s number': {
    ...{
      to: 'plain',
      phone: { line: '380 Alternative', headers: ['Contact: <sip:+19005550199@evil.example>'] },
    },
    final: 480,
  },
  'best q first, without brackets, at addresses': {
    to: 'plain',
    phone: moved(
      'Contact: sip:+34600000001@5.5.5.5;q=0.99, sip:+34600000002@4.4.4.4;q=1.00, sip:+34600000003@6.6.6.6;q=0.98',
    ),
    final: 302,
    contacts: [2, 1, 3].map((n) => `sip:+3460000000${n}@example.com;user=phone`),
  },
  'a raw hash is no name': {
    to: 'plain',
    phone: moved('Contact: <sip:carol#1@example.com>'),
    final: 480,
  },
  'an alias parameter with an IPv6 address': {
    ...{ to: 'plain', phone: moved('Contact: <sip:erin@example.com;alias=[2001:db8::2]~5060~1>') },
    ...{ final: 302, contacts: ['sip:erin@example.com;alias=[2001:db8::2]~5060~1'] },
  },
  // Headers in forms that are rare and right.
  'History-Info with quotes in its Reason': {
    to: 'always',
    call: {
      headers: [
        'History-Info: <sip:one@ims.example>; index=1, <sip:two@ims.example?Reason=SIP;cause=302;text="Moved">; index=1.1, <sip:always@example.com?Reason=SIP;cause=302;text="Moved">; index=1.2',
      ],
    },
    ...TO_CAROL,
    has: [
      ['history-info', '<sip:one@ims.example>'],
      ['history-info', '<sip:two@ims.example'],
      ['history-info', '<sip:always@example.com'],
    ],
  },
  'compact names of headers': {
    ...{ to: 'always', call: { headers: ['k: histinfo', 's: x', 'u: presence'] }, ...TO_CAROL },
    has: [['history-info', '<sip:always@example.com']],
  },
  'two Diversions in one line, names without a space': {
    to: 'always',
    call: {
      headers: [
        'Diversion: "34999999999"<sip:+34910000081@10.9.8.7:5060>;reason=unconditional;counter=1,"8888"<sip:+34910000082@10.9.8.7:5060>;reason=unknown;counter=1',
      ],
    },
    ...TO_CAROL,
    has: [
      ['diversion', '<sip:always@example.com>;reason=unconditional'],
      ['diversion', '"34999999999"<sip:+34910000081@10.9.8.7:5060>'],
      ['diversion', '"8888"<sip:+34910000082@10.9.8.7:5060>'],
    ],
  },
  // What reads as a variable of the edge's language is text.
  'a caller’s Diversion with variables in it': {
    ...{ to: 'always', call: { headers: [`Diversion: ${VARIABLES} <sip:a@b.example;x=$ci>`] } },
    ...TO_CAROL,
    has: [['diversion', `${VARIABLES} <sip:a@b.example;x=$ci>`]],
  },
  'a History-Info with variables in it': {
    to: 'always',
    call: { headers: ['History-Info: <sip:$ci@b.example;x=$def(DIVERT_KEY)>;index=1;y=$ci'] },
    ...TO_CAROL,
    has: [['history-info', '<sip:$ci@b.example;x=$def(DIVERT_KEY)>;index=1;y=$ci']],
  },
  'a phone’s own Diversion and Contact with variables in them': {
    to: 'plain',
    phone: moved(
      `Contact: ${VARIABLES} <sip:carol@example.com;x=$ci>`,
      'Diversion: <sip:USER@example.com;x=$ci>;reason=no-answer;y=$def(DIVERT_KEY)',
    ),
    final: 302,
    contacts: ['sip:carol@example.com;x=$ci'],
    has: [['diversion', '@example.com']],
  },
  // RFC 4458 §3, RFC 7044 §10.1.
  'whose mailbox it is, is told': {
    ...{
      to: 'open',
      ...TO_CAROL,
      contacts: ['sip:carol@example.com;target=sip:open%40example.com'],
    },
  },
  'but of nobody who is hidden': {
    ...{ to: 'shy', call: { headers: ['Supported: histinfo'] }, ...TO_CAROL },
    has: [['diversion', '<sip:anonymous@anonymous.invalid>']],
    hides: 'sip:shy',
  },
  'a password of the Request-URI is repeated nowhere': {
    ...{ to: 'always:secret', call: { headers: ['Supported: histinfo'] }, ...TO_CAROL },
    hides: 'secret',
  },
};

describe.each(waysToAsk())('Divert itself, asked with %s', (way) => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-field-'));
  let local: Local;
  let edge: Edge;
  let marked: Edge;
  beforeAll(async () => {
    const document = join(folder, 'rules.yaml');
    const plain = Object.keys(CASES).map((_, i) => `  plain-${i}: {}\n`);
    writeFileSync(document, RULES.replace('PLAIN\n', plain.join('')));
    local = await startLocal({
      ...{ documents: [document], port: 0, data: join(folder, 'data') },
      environment: PATIENT_DIVERT,
    });
    const author = { who: 'test', from: 'localhost' };
    await writePeer(local.table, { source: MARKED, compiled: MARKED_PEER }, 'marked-key', author);
    const start = (key: string) =>
      Edge.start(local.url, { ...PATIENT_EDGE, EDGE_CLIENT: way, DIVERT_KEY: key });
    [edge, marked] = await Promise.all([start(local.key), start('marked-key')]);
  });
  afterAll(async () => {
    await edge?.stop();
    await marked?.stop();
    await local?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('inside a trust domain a hidden user is named, and marked (hidden: marked)', async () => {
    const call = { uri: 'sip:shy@example.com', headers: ['Supported: histinfo'] };
    const last = finalOf(await rawCall(marked, call));
    expect(last).toMatch(/^SIP\/2\.0 302 /);
    // RFC 5806 §5, RFC 7044 §10.1.2, RFC 4458 §3.
    expect(lines(last, 'diversion')).toEqual([
      expect.stringMatching(/^<sip:shy@example\.com>;.*privacy=full/),
    ]);
    expect(lines(last, 'history-info')[0]).toMatch(/^<sip:shy@example\.com.*Privacy=history/);
    expect(lines(last, 'contact')[0]).toContain(';target=sip:shy%40example.com;');
  });

  const table = Object.entries(CASES).map(([title, one], i) => [title, one, `plain-${i}`] as const);

  test.each(table)(
    '%s',
    async (_, { to, call, phone, final, contacts, has = [], hides }, plain) => {
      const called = to === 'plain' ? plain : to;
      const answer = phone && {
        ...phone,
        headers: (phone.headers ?? []).map((line) => line.replace('USER', plain)),
      };
      const answering = answer && (await RawPhone.start(edge, called, [answer]));
      try {
        const last = finalOf(await rawCall(edge, { uri: `sip:${called}@example.com`, ...call }));
        expect(Number(last.slice(8, 11))).toBe(final);
        const uris = lines(last, 'contact').map(
          (value) => /^<([^>]*?)(?:;cause|;dv|>)/.exec(value)?.[1],
        );
        expect(uris).toEqual(contacts ?? []);
        for (const [name, start] of has) {
          expect(lines(last, name)).toContainEqual(expect.stringContaining(start));
        }
        expect(last).not.toContain(local.key);
        for (const name of ['contact', 'diversion', 'history-info']) {
          if (hides) expect(lines(last, name).join()).not.toContain(hides);
        }
      } finally {
        answering?.stop();
      }
    },
  );
});
