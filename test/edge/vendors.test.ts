/**
 * What PBXs, SBCs and desk phones put into their messages, written anew after public captures and their makers' own
 * pages, with people and numbers that do not exist: as callers of a busy Bob, and as Bob's phone that refuses or
 * diverts by itself. Through the edge to Divert itself.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { Edge } from './edge.ts';
import { PATIENT_DIVERT, PATIENT_EDGE } from './patience.ts';
import { finalOf, lines, RawPhone, rawCall } from './raw.ts';
import { waysToAsk } from './ways.ts';

interface Caller {
  readonly from: string;
  readonly headers: readonly string[];
  /** Diversions that the 302 goes on with, as the caller wrote them, below Bob's own (RFC 5806 §5.1). */
  readonly kept?: readonly string[];
  /** Users whom History-Info of the 302 names, oldest first; the last with why it ended (RFC 7044 §9.2, §10.2). */
  readonly history?: readonly string[];
}
const GUID = '2954481026-1190269420-2147811328-3232235777';

const CALLERS: Readonly<Record<string, Caller>> = {
  'Cisco CUBE': {
    from: '"BLUE SHOES LTD" <sip:+12025550143@192.0.2.21>',
    headers: [
      'Remote-Party-ID: "BLUE SHOES LTD" <sip:+12025550143@192.0.2.21>;party=calling;screen=yes;privacy=off',
      'Supported: 100rel,timer,resource-priority,replaces,sdp-anat',
      'Min-SE: 1800',
      `Cisco-Guid: ${GUID}`,
      'User-Agent: Cisco-SIPGateway/IOS-17.9.4a',
      'Timestamp: 1795894800',
      'Call-Info: <sip:192.0.2.21:5060>;method="NOTIFY;Event=telephone-event;Duration=2000"',
      'Session-Expires: 1800',
      'Diversion: "Front Desk" <sip:+12025550100@192.0.2.21>;privacy=off;reason=no-answer;counter=1;screen=yes',
    ],
    kept: ['+12025550100@192.0.2.21'],
  },
  'Cisco Unified CM': {
    from: '"Ann Porter" <sip:2001@192.0.2.30>',
    headers: [
      'Supported: timer,resource-priority,replaces',
      'Supported: X-cisco-srtp-fallback,X-cisco-original-called',
      'Supported: Geolocation',
      'User-Agent: Cisco-CUCM14.0',
      `Cisco-Guid: ${GUID}`,
      'Session-ID: 5d2f1c0a00105000a000a0b1c2d3e4f5;remote=00000000000000000000000000000000',
      'Session-Expires: 1800;refresher=uac',
      'P-Asserted-Identity: "Ann Porter" <sip:2001@192.0.2.30>',
      'Remote-Party-ID: "Ann Porter" <sip:2001@192.0.2.30;x-cisco-callback-number=2001>;party=calling;screen=yes;privacy=off',
      'Diversion: "Will\\"s desk" <sip:2044@192.0.2.30>;reason=unconditional;privacy=off;screen=yes',
    ],
    kept: ['sip:2044@192.0.2.30'],
  },
  'Avaya Session Manager': {
    from: '"Porter, Ann" <sip:3310@aura.example.net>',
    headers: [
      'Supported: 100rel, histinfo, join, replaces, sdp-anat, timer',
      'User-Agent: Avaya CM/R018x.01.0.890.0 AVAYA-SM-8.1.3.0.813014',
      'P-Asserted-Identity: "Porter, Ann" <sip:3310@aura.example.net>',
      'P-Location: SM;origlocname="Main Site";origsiglocname="Main Site";origmedialocname="Main Site"',
      'P-AV-Message-Id: 1_1',
      'Av-Global-Session-ID: 0a1b2c3d-4e5f-11ee-9a8b-0050569e0001',
      'P-Charging-Vector: icid-value="AAS:4711-0a1b2c3d"',
      'History-Info: <sip:3400@aura.example.net>;index=1',
      'History-Info: "Sales, Group" <sip:3400@aura.example.net?Reason=SIP%3Bcause%3D486%3Btext%3D%22Busy%20Here%22&Reason=Redirection%3Bcause%3DNORMAL%3Bavaya-cm-reason%3D%22cover-busy%22>;index=1.1',
      'History-Info: "Bob" <sip:bob@example.com>;index=1.2',
    ],
    history: ['3400', '3400', 'bob'],
  },
  'Microsoft Teams, Direct Routing': {
    from: '"Ann Porter" <sip:+441632960011@sip.pstnhub.microsoft.com:5061;user=phone>',
    headers: [
      'User-Agent: Microsoft.PSTNHub.SIPProxy v.2025.4.21.2 i.EUWE.0',
      'Supported: 100rel,timer,replaces,histinfo,norefersub',
      'Session-Expires: 3600',
      'Min-SE: 300',
      'P-Asserted-Identity: <tel:+441632960011>,<sip:ann@contoso.example>',
      'Privacy: id',
      'History-Info: <sip:+441632960020@sbc.contoso.example:5061;user=phone?Privacy=id&Reason=SIP%3Bcause%3D302%3Btext%3D%22Moved%20Temporarily%22>;index=1',
      'Referred-By: <sip:sip.pstnhub.microsoft.com:5061;transport=tls;x-m=8:orgid:7f0d21c4-0000-4000-8000-51b87d166890;x-t=2d88cb42-0000-4000-8000-80244a7fdd61>',
    ],
    history: ['+441632960020', 'bob'],
  },
  'Ribbon SBC': {
    from: '<sip:+12025550143;isup-oli=00;noa=national@198.51.100.9;user=phone>',
    headers: [
      'User-Agent: SBC 11.1',
      'Supported: timer,100rel,precondition,replaces',
      'P-Charging-Vector: icid-value=0123456789ABCDEF;icid-generated-at=198.51.100.9;orig-ioi=carrier.example',
      'P-Charge-Info: <sip:+12025550199@198.51.100.9>;npi=ISDN;noa=2',
      'P-Asserted-Identity: <sip:+12025550143;verstat=TN-Validation-Passed@198.51.100.9;user=phone>, <tel:+12025550143;verstat=TN-Validation-Passed>',
      'P-Early-Media: supported',
      'Diversion: <tel:+12025550100>;reason=time-of-day;counter=2;screen=no;privacy="off"',
    ],
    kept: ['tel:+12025550100'],
  },
  Mitel: {
    from: '"Porter  Ann" <sip:4455@198.51.100.20:5060;user=phone>',
    headers: [
      'User-Agent: Mitel-3300-ICP 20.0.0.1',
      'Supported: 100rel, replaces, timer, histinfo',
      'P-Asserted-Identity: "Porter  Ann" <sip:4455@198.51.100.20:5060>',
      'Diversion: <sip:4400@198.51.100.20:5060>;reason=deflection;counter=1, <sip:4401@198.51.100.20>;reason=follow-me',
    ],
    kept: ['sip:4400@198.51.100.20:5060', 'sip:4401@198.51.100.20'],
  },
  '3CX': {
    from: '"Ann"<sip:100@192.0.2.77:5060;nf=e>',
    headers: [
      'User-Agent: 3CX Phone System 20.0.1.724',
      'Supported: replaces, timer',
      'Remote-Party-ID: "Ann"<sip:100@192.0.2.77:5060>;party=calling',
      'P-Preferred-Identity: "Ann"<sip:100@192.0.2.77>',
    ],
  },
  'a Yealink desk phone': {
    from: '"Ann" <sip:ann@example.com>',
    headers: [
      'User-Agent: Yealink SIP-T54W 96.86.0.75',
      'Allow-Events: talk,hold,conference,refer,check-sync',
      'Supported: replaces',
      'P-Early-Media: supported',
    ],
  },
  'a Grandstream desk phone': {
    from: '"Ann" <sip:ann@example.com>',
    headers: [
      'User-Agent: Grandstream GXP2170 1.0.11.79',
      'X-Grandstream-PBX: true',
      'P-Access-Network-Info: IEEE-EUI-48;eui-48-addr=00-0B-82-00-00-01',
      'P-Emergency-Info: IEEE-EUI-48;eui-48-addr=00-0B-82-00-00-01',
      'Privacy: none',
      'P-Preferred-Identity: "Ann" <sip:ann@example.com>',
      'Supported: replaces, path, timer, gruu',
    ],
  },
};

interface Phone {
  readonly line: string;
  readonly headers: readonly string[];
  readonly reason: 'user-busy' | 'deflection' | 'unconditional';
}
const PHONES: Readonly<Record<string, Phone>> = {
  'a Cisco desk phone is busy': {
    line: '486 Busy here',
    headers: [
      'Server: Cisco-CP8851/14.2.1',
      'Warning: 399 SEP00AABBCCDDEE "Unable to accept the call"',
      'Remote-Party-ID: "Bob" <sip:bob@192.0.2.8>;party=called;id-type=subscriber;privacy=off;screen=yes',
      'Reason: Q.850;cause=17',
      'Allow-Events: kpml,dialog',
    ],
    reason: 'user-busy',
  },
  'Teams is busy': {
    line: '486 Busy Here',
    headers: [
      'Server: Microsoft.PSTNHub.SIPProxy v.2025.4.21.2 i.EUWE.0',
      'Reason: Q.850;cause=17;text="10a1b2c3-0000-4000-8000-51b87d166890;Call is rejected due to user busy"',
      'P-Asserted-Identity: <tel:+441632960012>,<sip:bob@contoso.example>',
    ],
    reason: 'user-busy',
  },
  'Avaya is busy': {
    line: '486 Busy Here',
    headers: [
      'Server: Avaya CM/R018x.01.0.890.0 AVAYA-SM-8.1.3.0.813014',
      'Reason: Q.850 ;cause=17 ;text="User busy"',
      'History-Info: <sip:bob@example.com>;index=1',
      'P-AV-Message-Id: 1_2',
      'Warning: 399 192.0.2.30 "asm: no coverage, \\"busy\\""',
    ],
    reason: 'user-busy',
  },
  'a Yealink diverts': {
    line: '302 Moved Temporarily',
    headers: [
      'Contact: "Carol" <sip:carol@example.com>',
      'User-Agent: Yealink SIP-T54W 96.86.0.75',
      'Diversion: "Bob" <sip:bob@example.com>;reason=unconditional;privacy=off;counter=1',
    ],
    reason: 'unconditional',
  },
  'a Grandstream diverts': {
    line: '302 Moved Temporarily',
    headers: [
      'Contact: <sip:carol@example.com;transport=udp>',
      'User-Agent: Grandstream GXP2170 1.0.11.79',
      'Supported: replaces, timer',
    ],
    reason: 'deflection',
  },
  'a Cisco desk phone diverts': {
    line: '302 Moved Temporarily',
    headers: [
      'Contact: "Carol" <sip:carol@example.com>',
      'Server: Cisco-CP8851/14.2.1',
      'Diversion: "Bob" <sip:bob@example.com>;reason=unconditional;privacy=off;screen=yes',
    ],
    reason: 'unconditional',
  },
};

describe.each(waysToAsk())('asking with %s', (way) => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-vendors-'));
  let local: Local;
  let edge: Edge;
  beforeAll(async () => {
    const document = join(folder, 'rules.yaml');
    writeFileSync(
      document,
      'domain: example.com\nsubscribers:\n  bob: { rules: [{ when: busy, forward: carol }] }\n  carol: {}\n',
    );
    local = await startLocal({
      ...{ documents: [document], port: 0, data: join(folder, 'data') },
      environment: PATIENT_DIVERT,
    });
    edge = await Edge.start(local.url, {
      ...PATIENT_EDGE,
      ...{ EDGE_CLIENT: way, DIVERT_KEY: local.key },
    });
  });
  afterAll(async () => {
    await edge?.stop();
    await local?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a caller of Bob gets, whose phone answers so. */
  async function call(
    answer: { readonly line: string; readonly headers?: readonly string[] },
    caller: { readonly from?: string; readonly headers?: readonly string[] } = {},
  ): Promise<string> {
    const phone = await RawPhone.start(edge, 'bob', [answer]);
    try {
      return finalOf(await rawCall(edge, { uri: 'sip:bob@example.com', ...caller }));
    } finally {
      phone.stop();
      await edge.unregister('bob');
    }
  }
  const contactsOf = (message: string) =>
    lines(message, 'contact').map((value) => /^<([^>;]*)/.exec(value)?.[1]);

  test.each(Object.entries(CALLERS))(
    '%s calls, and Bob is busy',
    async (_, { from, headers, kept = [], history }) => {
      const last = await call({ line: '486 Busy Here' }, { from, headers });
      expect(last).toMatch(/^SIP\/2\.0 302 /);
      expect(contactsOf(last)).toEqual(['sip:carol@example.com']);
      const [own, ...before] = lines(last, 'diversion').flatMap((value) => value.split(/, (?=<)/));
      expect(own).toMatch(/^<sip:bob@example\.com>;reason=user-busy/);
      expect(before).toHaveLength(kept.length);
      for (const [i, uri] of kept.entries()) expect(before[i]).toContain(uri);
      if (history) {
        const named = lines(last, 'history-info').map(
          (value) => /<sips?:([^@>]*)/.exec(value)?.[1],
        );
        expect(named).toEqual(history);
      }
    },
  );

  test.each(Object.entries(PHONES))('%s', async (_, { line, headers, reason }) => {
    const last = await call({ line, headers });
    expect(last).toMatch(/^SIP\/2\.0 302 /);
    expect(contactsOf(last)).toEqual(['sip:carol@example.com']);
    expect(lines(last, 'diversion')[0]).toMatch(
      new RegExp(`^<sip:bob@example\\.com>;reason=${reason}`),
    );
  });

  test('logs no warning and no error', () => {
    expect(edge.complaints).toEqual([]);
  });
});
