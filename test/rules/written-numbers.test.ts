import { describe, expect, test } from 'vitest';
import { parseCall } from '../../functions/decide/call.ts';
import { plainPeer } from '../../functions/decide/call-context.ts';
import { decide } from '../../functions/decide/decide.ts';
import { canonicalNumber } from '../../functions/decide/numbers.ts';
import { dialPlanOf } from '../../functions/rules/numbering/numbering-plan.ts';
import { load, loadSound, problemsOf } from './load.ts';

// ITU-T E.164 §6 and each country's national numbering plan.
describe('digits without + are one number', () => {
  const numbers: [country: string, dialled: string, number: string][] = [
    ['IT', '393471112233', '+393471112233'],
    ['IT', '390236618111', '+390236618111'],
    ['IT', '3471112233', '+393471112233'],
    ['IT', '0236618111', '+390236618111'],
    ['CZ', '420601123456', '+420601123456'],
    ['CZ', '601123456', '+420601123456'],
    ['GR', '302101234567', '+302101234567'],
    ['SG', '6561234567', '+6561234567'],
    ['SG', '61234567', '+6561234567'],
    ['HK', '85221234567', '+85221234567'],
    ['CL', '56221234567', '+56221234567'],
    ['EE', '3726101234', '+3726101234'],
    ['ES', '34912345678', '+34912345678'],
    ['PT', '351212345678', '+351212345678'],
    ['NO', '4721234567', '+4721234567'],
    ['DK', '4532123456', '+4532123456'],
    ['PL', '48221234567', '+48221234567'],
    ['IN', '9812345678', '+919812345678'],
    ['IN', '919812345678', '+919812345678'],
    ['BR', '11961234567', '+5511961234567'],
    ['BR', '5511961234567', '+5511961234567'],
    ['CN', '13123456789', '+8613123456789'],
    ['CO', '3211234567', '+573211234567'],
    ['PE', '912345678', '+51912345678'],
    ['TR', '5012345678', '+905012345678'],
    ['RU', '9123456789', '+79123456789'],
    ['RU', '8123456789', '+78123456789'],
    ['RU', '78123456789', '+78123456789'],
    ['BY', '80291234567', '+375291234567'],
    ['BY', '0291234567', '+375291234567'],
    // An open plan: without its prefix it may be a local number.
    ['DE', '301234567', '301234567'],
    ['DE', '15112345678', '+4915112345678'],
    ['US', '2125550123', '+12125550123'],
  ];
  test.each(numbers)('%s: %s is %s', (country, dialled, number) => {
    expect(canonicalNumber(dialled, dialPlanOf(country))).toBe(number);
  });

  test('unless the peer says which they are', () => {
    const plan = dialPlanOf('IT');
    expect(canonicalNumber('3912345678', { ...plan, bare: 'international' })).toBe('+3912345678');
    expect(canonicalNumber('393471112233', { ...plan, bare: 'national' })).toBe('393471112233');
    expect(canonicalNumber('442079460000', { ...plan, bare: 'international' })).toBe(
      '+442079460000',
    );
  });
});

// Who a subscriber is and how they are reached: compared by key, addressed as written.
describe('a subscriber named by digits is addressed as the document spells the name', () => {
  const sentTo = (text: string, called: string): string[] => {
    const { policy, subscribers } = loadSound(text);
    const subscriber = subscribers.find(({ spelled, user }) => (spelled ?? user) === called);
    const call = parseCall({
      callId: 'c',
      requestUri: `sip:${called}@${policy.domain}`,
      from: '<sip:+442079460000@elsewhere.example>;tag=1',
      to: '<sip:x@y.example>',
      outcome: { status: 486 },
    });
    const peer = { ...plainPeer('edge', [policy.domain]), loopToken: false };
    const served = { peer, policy, subscriber, tokenKeys: undefined };
    const decision = decide(call, served as never, 0, 0);
    return decision.action === 'redirect'
      ? decision.contacts.map((one) => one.replace(/;(?:q|cause|mp).*/, ''))
      : [];
  };

  test('with a country that makes it E.164', () => {
    const text = `domain: a.example
country: US
subscribers:
  "2125550111": { rules: [{ when: busy, forward: "2125550122" }] }
  "2125550122": {}
`;
    expect(sentTo(text, '2125550111')).toEqual(['<sip:2125550122@a.example']);
  });

  test('without a country', () => {
    const text = `domain: a.example
subscribers:
  "20011122": { rules: [{ when: busy, forward: "30011122" }] }
  "30011122": {}
`;
    expect(sentTo(text, '20011122')).toEqual(['<sip:30011122@a.example']);
  });
});

describe('what is nearly a number is refused with what to write', () => {
  const near: [text: string, write: string][] = [
    ['+490301234567', '"+49301234567"'],
    ['+49(0)30/1234571', '"+49301234571"'],
    ['030/1234568', '"+49301234568"'],
    ['+493012345x12', '"+493012345"'],
    ['+49*123', '"+49123"'],
  ];
  test.each(near)('%s: %s', (text, write) => {
    for (const where of ['alias', 'member', 'caller', 'target', 'called']) {
      const problems = problemsOf(`domain: a.example
country: DE
targets: { allow: ["@a.example", "+49"] }
groups: { vip: [${where === 'member' ? JSON.stringify(text) : '"+4930765432"'}] }
subscribers:
  c: {}
  b:
    aliases: ["+4930111222"${where === 'alias' ? `, ${JSON.stringify(text)}` : ''}]
    rules:
      - when: busy
        callers: ${where === 'caller' ? JSON.stringify(text) : 'vip'}
        called: ${where === 'called' ? JSON.stringify(text) : 'b'}
        forward: ${where === 'target' ? JSON.stringify(text) : 'c'}
`);
      expect(problems, where).toHaveLength(1);
      expect(problems[0], where).toContain(`write ${write}`);
    }
  });
});

// ITU-T E.164 §6.1 and each country's plan.
describe('a number of a length that its country has not', () => {
  const lengths: [text: string, what: string][] = [
    ['+4930', 'is too short: after +49 there are 4 to 15 digits, here 2'],
    ['+1212555012', 'is of a length that no number has: after +1 there are 7 or 10 digits, here 9'],
    ['+12125550123123', 'is too long: after +1 there are 7 or 10 digits, here 13'],
    ['+3361234567', 'is too short: after +33 there are 9 digits, here 8'],
    ['+44 20 7946 00001', 'is too long'],
    ['+39', 'is too short'],
    ['+9991234567', 'no country has a code that +9991234567 begins with'],
  ];
  test.each(lengths)('%s: %s', (text, what) => {
    for (const where of ['alias', 'member', 'caller', 'called', 'not']) {
      const { warnings, problems } = load(`domain: a.example
country: DE
groups: { vip: [${where === 'member' ? JSON.stringify(text) : '"+4930765432"'}] }
first:
  - { when: busy, called: [b${where === 'called' ? `, ${JSON.stringify(text)}` : ''}], forward: c }
subscribers:
  c: {}
  b:
    aliases: ["+4930111222"${where === 'alias' ? `, ${JSON.stringify(text)}` : ''}]
    rules:
      - when: busy
        callers: [vip${where === 'caller' ? `, ${JSON.stringify(text)}` : where === 'not' ? `, "not ${text}"` : ''}]
        forward: c
`);
      expect(problems, where).toEqual([]);
      expect(warnings.map(({ message }) => message).join(), where).toContain(what);
    }
  });

  test.each(['+493012345', '1002', '+49*', '+4930123xx', 'ext:1xxx', '112', 'sip:1@a.example'])(
    '%s has none or a right one',
    (text) => {
      const { warnings } = load(
        `domain: a.example\ncountry: DE\ngroups: { vip: [${JSON.stringify(text)}] }\n`,
      );
      expect(warnings).toEqual([]);
    },
  );
});

// ITU-T E.164 Annex, NANP: what `+1`, `+44` and `+` admit beside what people mean by them.
describe('kinds of numbers that cost more', () => {
  const allowing = (allow: string, deny = '[]') =>
    load(`domain: a.example\ncountry: US\ntargets: { allow: ["${allow}"], deny: ${deny} }\n`);

  test.each([
    ['+1', 'nanp-overseas'],
    ['+44', 'personal'],
    ['+', 'satellite'],
    ['+', 'international-networks'],
    ['+43', 'shared-cost'],
  ])('%s admits %s: a warning, until deny names it', (allow, kind) => {
    const warned = allowing(allow).warnings.map(({ message }) => message);
    expect(warned.join()).toContain(kind);
    const denied = allowing(allow, `[${kind}]`).warnings.map(({ message }) => message);
    expect(denied.join()).not.toContain(`${kind} (`);
  });

  test('is no entry of allow', () => {
    expect(problemsOf('domain: a.example\ntargets: { allow: [premium] }\n')[0]).toContain(
      'which only targets.deny takes',
    );
  });
});
