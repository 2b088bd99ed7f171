/**
 * Real user agents through the sample edge and the Divert that is deployed: who calls, how, and what becomes of the
 * call. Phones register with passwords, so that their second INVITE, after a 302, is challenged as the first was.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { compilePeer } from '../../functions/rules/peers.ts';
import type { PeerSource } from '../../functions/rules/schema/peers-document.ts';
import { ownCertificate } from '../../infra/edge/kamailio/certificate.ts';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { writePeer } from '../../infra/local/peer.ts';
import { Edge } from './edge.ts';
import { PATIENT_DIVERT, PATIENT_EDGE } from './patience.ts';
import { Baresip } from './phones/baresip.ts';
import { BrowserPhone, startChromium } from './phones/browser.ts';
import { RegisteredLinphone } from './phones/linphone.ts';
import type { Account, Phone, Transport } from './phones/phone.ts';
import { freePort } from './ports.ts';
import { type RawAnswer, RawPhone } from './raw.ts';
import { play } from './sipp.ts';
import { answering } from './steps.ts';

export const SITUATIONS = [
  'busy',
  'no answer',
  'always',
  'decline',
  'own 302',
  'follow',
  'loop',
  'feature code',
] as const;
export type Situation = (typeof SITUATIONS)[number];

export const KINDS = ['linphonec', 'baresip', 'JsSIP'] as const;
export type Kind = (typeof KINDS)[number];

/** A caller, and Carol, whom they are to reach. */
export interface Row {
  readonly a: Kind;
  readonly c: Kind;
  readonly transport: Transport;
  readonly ipv6?: true;
}

export const ROWS: readonly Row[] = [
  { a: 'linphonec', c: 'baresip', transport: 'udp' },
  { a: 'linphonec', c: 'baresip', transport: 'tcp' },
  { a: 'linphonec', c: 'baresip', transport: 'tls' },
  { a: 'baresip', c: 'linphonec', transport: 'udp' },
  { a: 'baresip', c: 'linphonec', transport: 'tcp' },
  { a: 'baresip', c: 'linphonec', transport: 'tls' },
  { a: 'baresip', c: 'baresip', transport: 'udp', ipv6: true },
  { a: 'JsSIP', c: 'JsSIP', transport: 'wss' },
];

const PASSWORD = 'not-a-secret-here';
const USERS = ['alice', 'carol', 'busy', 'silent', 'away', 'declines', 'moves', 'both', 'round'];

/** Pairs who forward to each other, a new one for each call. */
const LOOPS = ROWS.map((_, i) => ({ there: `there-${i}`, back: `back-${i}` }));

const to = (when: string) => `{ when: ${when}, forward: carol }`;
const RULES = `domain: example.com
subscribers:
  alice: {}
  carol: {}
  busy: { rules: [${to('busy')}] }
  silent: { rules: [{ when: no-answer, after: 5, forward: carol }] }
  away: { rules: [${to('always')}] }
  declines: { rules: [${to('declined')}] }
  moves: {}
  both: { rules: [{ when: always, forward: [{ to: self, q: 1.0 }, { to: carol, q: 1.0 }] }] }
${LOOPS.map(
  ({
    there,
    back,
  }) => `  ${there}: { rules: [{ when: always, callers: not anonymous, forward: ${back} }] }
  ${back}: { rules: [{ when: always, callers: not anonymous, forward: ${there} }] }
`,
).join('')}`;
const PEER: PeerSource = {
  name: 'local',
  domains: ['example.com'],
  hosts: ['127.0.0.1', '[::1]'],
  headers: 'both',
  // A browser phone does not follow a 302.
  follow: { transports: ['ws', 'wss'] },
};

const RINGS: RawAnswer = { line: '180 Ringing' };
/** Bob's phones of each situation. */
const PHONES: Readonly<Record<string, readonly RawAnswer[]>> = {
  busy: [{ line: '486 Busy Here' }],
  silent: [RINGS],
  declines: [RINGS, { line: '603 Decline', after: 300 }],
  moves: [{ line: '302 Moved Temporarily', headers: ['Contact: <sip:carol@example.com>'] }],
  both: [RINGS],
};
const CALLED: Readonly<Record<Situation, string>> = {
  busy: 'busy',
  'no answer': 'silent',
  always: 'away',
  decline: 'declines',
  'own 302': 'moves',
  follow: 'both',
  loop: '',
  'feature code': '*#21#',
};

/** Until both have taken the BYE. */
const afterBye = () => sleep(1000);

/** What the phone shows of the answer to a code that asks. */
async function refusal(a: Phone): Promise<string> {
  const shown = await a.refused(15_000);
  // In its terminal linphonec shows no phrase.
  if (a instanceof RegisteredLinphone) return 'refused';
  if (!/Forwarding is off/.test(shown)) throw new Error(`the phone shows "${shown}"`);
  return shown;
}

export class World {
  readonly #stops: (() => Promise<unknown> | unknown)[] = [];
  #edge!: Edge;
  #local!: Local;
  #tlsPort = 0;
  #certificate = '';
  #browser: Browser | undefined;
  #loops = 0;

  static async start(): Promise<World> {
    const world = new World();
    try {
      await world.#start();
      return world;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'divert-interop-'));
    this.#stops.push(() => rmSync(folder, { recursive: true, force: true }));
    this.#certificate = ownCertificate(folder, ['example.com', '127.0.0.1', '::1', 'localhost']);
    const document = join(folder, 'example.com.yaml');
    writeFileSync(document, RULES);
    const passwords = join(folder, 'passwords');
    writeFileSync(
      passwords,
      [...USERS, ...LOOPS.map(({ back }) => back)].map((user) => `${user} ${PASSWORD}\n`).join(''),
    );
    this.#local = await startLocal({ documents: [document], port: 0, environment: PATIENT_DIVERT });
    this.#stops.push(() => this.#local.stop());
    const { peer: compiled } = compilePeer(PEER);
    if (!compiled) throw new Error('the peer does not compile');
    const author = { who: 'test', from: 'localhost' };
    await writePeer(this.#local.table, { source: PEER, compiled }, this.#local.key, author);
    this.#tlsPort = await freePort();
    this.#edge = await Edge.start(this.#local.url, {
      ...PATIENT_EDGE,
      DIVERT_KEY: this.#local.key,
      EDGE_LISTEN: '127.0.0.1,::1',
      EDGE_TLS_PORT: String(this.#tlsPort),
      EDGE_CERTIFICATE: this.#certificate,
      EDGE_PASSWORDS: passwords,
    });
    this.#stops.push(() => this.#edge.stop());
    for (const [user, answers] of Object.entries(PHONES)) {
      const phone = await RawPhone.start(undefined, user, answers);
      this.#stops.push(() => phone.stop());
      await this.#edge.register(user, `sip:${user}@127.0.0.1:${phone.port}`, PASSWORD);
    }
  }

  get complaints(): string[] {
    return this.#edge.complaints;
  }

  get log(): string {
    return this.#edge.log;
  }

  async stop(): Promise<void> {
    for (const end of this.#stops.splice(0).reverse()) await end();
  }

  /** A phone that has registered. */
  async phone(kind: Kind, user: string, row: Row, answers: boolean): Promise<Phone> {
    const secure = row.transport === 'tls' || row.transport === 'wss';
    const account: Account = {
      ...{ user, answers, password: PASSWORD, transport: row.transport },
      host: row.ipv6 ? '[::1]' : '127.0.0.1',
      port: secure ? this.#tlsPort : this.#edge.port,
      ...(secure ? { authority: this.#certificate } : {}),
    };
    // Phones that are gone are called no more.
    await this.#edge.unregister(user, PASSWORD);
    const phone = await this.#open(kind, account);
    try {
      await phone.registered;
      return phone;
    } catch (error) {
      await phone.stop();
      throw error;
    }
  }

  async #open(kind: Kind, account: Account): Promise<Phone> {
    if (kind === 'baresip') return Baresip.start(account);
    if (kind === 'linphonec') return RegisteredLinphone.start(account);
    if (this.#browser === undefined) {
      const browser = await startChromium();
      this.#browser = browser;
      this.#stops.push(() => browser.close());
    }
    return BrowserPhone.start(this.#browser, account);
  }

  /** Plays one situation; answers what was seen, and throws where it is not what it should be. */
  async play(situation: Situation, a: Phone, c: Phone): Promise<string> {
    if (situation === 'loop') return this.#loop(a);
    const code = situation === 'feature code' && !(a instanceof Baresip);
    // RFC 3261 §25.1 wants "#" escaped: baresip sends it as it is, the others refuse such a URI.
    const called = code ? '*%2321%23' : CALLED[situation];
    await a.call(`sip:${called}@example.com`);
    try {
      if (situation === 'feature code') return await refusal(a);
      await Promise.all([a.talks(25_000), c.talks(25_000)]);
      if (a instanceof BrowserPhone) await a.hears(10_000);
      return 'talks to carol';
    } finally {
      await a.hangUp();
      await c.hangUp();
      await afterBye();
    }
  }

  /** Each of two forwards to the other: the call rings where it has been sent to, once. */
  async #loop(a: Phone): Promise<string> {
    const { there = '', back = '' } = LOOPS[this.#loops++ % LOOPS.length] ?? {};
    const last = await play(this.#edge.port, answering(), { seconds: 20 });
    await this.#edge.register(back, `sip:${back}@127.0.0.1:${last.port}`, PASSWORD);
    try {
      await a.call(`sip:${there}@example.com`);
      await last.done;
      return 'rings once';
    } finally {
      last.stop();
      await a.hangUp();
      await afterBye();
    }
  }
}
