/** What every system does that calls the targets itself, where Divert says so: run on the real programs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Peer } from '../../functions/decide/model.ts';
import type { Call } from './conformance.ts';
import { call, Phone, values } from './program.ts';
import { CALLED } from './world.ts';

/** A caller by UDP does not follow a 302, as far as this peer knows. */
export const FOLLOWING: Partial<Peer> = {
  hosts: ['127.0.0.1'],
  follow: { transports: ['udp'] },
  callerId: 'diverting',
};

const MOBILE = '+4915112345678';
const OFFICE = '+4930765432';
const ANSWERS = ['180 Ringing', '200 OK'];
const BUSY = ['486 Busy Here'];
const RINGS = ['180 Ringing'];
const BY_RULE: Pick<Call, 'diversions'> = {
  diversions: ['<sip:zoe@example.com>;reason=user-busy;counter=1'],
};

interface Case {
  readonly called: Call['called'];
  readonly phones: Readonly<Record<string, readonly string[]>>;
  /** Users who are called, in any order where some are at once. */
  readonly rung: readonly string[];
  readonly final: RegExp;
}
const CASES: Record<string, Case> = {
  'a name, which answers': {
    called: 'name',
    phones: { carol: ANSWERS },
    rung: ['carol'],
    final: /^200$/,
  },
  'the next where one is busy': {
    called: 'several',
    phones: { carol: BUSY, [OFFICE]: ANSWERS },
    rung: ['carol', OFFICE],
    final: /^200$/,
  },
  'her own phones and a number at once': {
    called: 'atOnce',
    phones: { judy: RINGS, [MOBILE]: ANSWERS },
    rung: [MOBILE, 'judy'],
    final: /^200$/,
  },
  'a name that has rules of its own': {
    called: 'chain',
    phones: { heidi: BUSY, [MOBILE]: ANSWERS },
    rung: ['heidi', MOBILE],
    final: /^200$/,
  },
  'and then the next of the first': {
    called: 'chain',
    phones: { heidi: BUSY, [MOBILE]: BUSY, carol: ANSWERS },
    rung: ['heidi', MOBILE, 'carol'],
    final: /^200$/,
  },
  'up to a decline': {
    called: 'several',
    phones: { carol: ['603 Decline'], [OFFICE]: ANSWERS },
    rung: ['carol'],
    final: /^(403|603)$/,
  },
  'and tells that all were busy': {
    called: 'several',
    phones: { carol: BUSY, [OFFICE]: ['480 Temporarily Unavailable'] },
    rung: ['carol', OFFICE],
    final: /^486$/,
  },
  'what B’s end leads to': {
    called: 'away',
    phones: { heidi: BUSY, [MOBILE]: ANSWERS },
    rung: ['heidi', MOBILE],
    final: /^200$/,
  },
};

/** @param start the program, asking so that it may follow, with its users and the numbers at this phone */
export function followsItself(start: (phone: Phone) => Promise<{ port: number }>): void {
  let script: Case['phones'] = {};
  let phone: Phone;
  let port = 0;
  beforeAll(async () => {
    phone = await Phone.start((user) => script[decodeURIComponent(user)] ?? BUSY);
    ({ port } = await start(phone));
  });
  afterAll(() => phone?.stop());

  const play = async (one: Pick<Case, 'called' | 'phones'>, more: Partial<Call> = {}) => {
    script = one.phones;
    const before = phone.invites.length;
    const response = (await call(port, { called: one.called, ...more })) ?? '';
    // Without those inside a call, by which a program moves its media.
    const initial = phone.invites
      .slice(before)
      .filter((text) => !/;tag=/.test(values(text, 'to')[0] ?? ''));
    const once = new Map(initial.map((text) => [values(text, 'call-id')[0], text]));
    return { response, invites: [...once.values()] };
  };
  const userOf = (invite: string) =>
    decodeURIComponent(/^INVITE sips?:([^@;]*)/.exec(invite)?.[1] ?? '');

  test.each(Object.entries(CASES))('calls %s', async (_, one) => {
    const { response, invites } = await play(one);
    expect(response.slice(8, 11)).toMatch(one.final);
    const rung = invites.map(userOf);
    if (one.called === 'atOnce') rung.sort();
    expect(rung).toEqual(one.rung);
  });

  test('tells each target who diverted, newest first', async () => {
    const one = { called: 'number', phones: { [MOBILE]: ANSWERS } } as const;
    const { invites } = await play(one, BY_RULE);
    const told = values(invites[0] ?? '', 'diversion').join(', ');
    expect(told).toMatch(/^<sip:dora@example\.com>;reason=unconditional;/);
    expect(told).toContain(BY_RULE.diversions?.[0]);
  });

  test('shows a number outside the number that was diverted', async () => {
    const one = { called: 'number', phones: { [MOBILE]: ANSWERS } } as const;
    const { invites } = await play(one);
    expect(values(invites[0] ?? '', 'p-asserted-identity')).toEqual([
      `<sip:${CALLED.number.number}@example.com;user=phone>`,
    ]);
  });
}
