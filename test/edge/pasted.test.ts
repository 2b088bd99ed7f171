/** divert.cfg, and the plain variant that people can audit, pasted into a Kamailio of somebody else's. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Agent } from './agent.ts';
import { PATIENT_SETTINGS } from './patience.ts';
import { PlainKamailio } from './plain.ts';
import { finalOf, lines, type RawAnswer, RawPhone, rawCall } from './raw.ts';
import { letThrough, onOutcome, to } from './steps.ts';
import { type Script, ScriptedWebhook } from './webhook.ts';

const MOVED = to('sip:carol@example.com');
const RINGS: RawAnswer = { line: '180 Ringing' };
const fails: Script = ({ outcome }) =>
  outcome ? { status: 500 } : { json: { action: 'continue' } };
const own = (contact: string, line = '302 Moved'): RawAnswer[] => [
  { line, headers: [`Contact: ${contact}`] },
];

interface Case {
  readonly phone: readonly RawAnswer[];
  readonly divert: Script;
  /** Outcomes asked about: as in scenario.ts. */
  readonly asked: readonly string[];
  readonly final: number;
  readonly contacts?: readonly string[];
}
const CAROL = ['<sip:carol@example.com;cause=302>;q=1.0;mp=1'];
const CASES: Record<string, Case> = {
  always: { phone: [], divert: () => MOVED, asked: ['-'], final: 302, contacts: CAROL },
  busy: {
    phone: [{ line: '486 Busy' }],
    divert: onOutcome(MOVED),
    asked: ['-', '486'],
    final: 302,
    contacts: CAROL,
  },
  'busy, and no rule': {
    phone: [{ line: '486 Busy' }],
    divert: onOutcome(letThrough),
    asked: ['-', '486'],
    final: 486,
  },
  'no answer': {
    phone: [RINGS],
    divert: onOutcome(MOVED, 2),
    asked: ['-', '408+'],
    final: 302,
    contacts: CAROL,
  },
  'B answers': {
    phone: [RINGS, { line: '200 OK', after: 300 }],
    divert: onOutcome(MOVED, 5),
    asked: ['-'],
    final: 200,
  },
  'a phone says nothing': {
    phone: [],
    divert: onOutcome(MOVED),
    asked: ['-', '408'],
    final: 302,
    contacts: CAROL,
  },
  DND: {
    phone: [],
    divert: () => ({ json: { action: 'reject', status: 486, reason: 'Do Not Disturb' } }),
    asked: ['-'],
    final: 486,
  },
  "B's own 302": {
    phone: own('<sip:carol@example.com>'),
    divert: onOutcome(MOVED),
    asked: ['-', '302'],
    final: 302,
    contacts: CAROL,
  },
  "B's own 302 to a user, unjudged": {
    phone: own('<sip:erin@example.com>'),
    divert: fails,
    asked: ['-', '302'],
    final: 302,
    contacts: ['<sip:erin@example.com>'],
  },
  "B's own 380 to a number, unjudged": {
    phone: own('<sip:+4990012345@example.com>', '380 Else'),
    divert: onOutcome(letThrough),
    asked: ['-', '380'],
    final: 480,
    contacts: [],
  },
  "B's own 302 to a number in disguise, unjudged": {
    phone: own('"a" <sip:a%2B4990012345;rn=1@example.com>'),
    divert: fails,
    asked: ['-', '302'],
    final: 480,
    contacts: [],
  },
};

describe.each(['divert.cfg', 'divert-plain.cfg'])('%s', (file) => {
  const webhook = new ScriptedWebhook();
  let url: string;
  beforeAll(async () => {
    url = await webhook.start();
  });
  afterAll(() => webhook.stop());

  // One after the other: the plain variant waits for a second and no longer, whatever the machine does.
  test.each(Object.entries(CASES))(
    '%s',
    async (title, { phone, divert, asked, final, contacts }) => {
      const user = `bob-${file.length}-${Object.keys(CASES).indexOf(title)}`;
      webhook.scripts.set(user, divert);
      const b = await RawPhone.start(undefined, user, phone);
      const kamailio = await PlainKamailio.start({
        ...{ url, way: 'packages', phone: b.port, file },
        settings: PATIENT_SETTINGS,
      });
      try {
        const last = finalOf(await rawCall(kamailio, { uri: `sip:${user}@example.com` }));
        expect(Number(last.slice(8, 11))).toBe(final);
        if (contacts) expect(lines(last, 'contact')).toEqual(contacts);
        const outcomes = webhook
          .asked(user)
          .map(({ outcome }) => (outcome ? `${outcome.status}${outcome.ringing ? '+' : ''}` : '-'));
        expect(outcomes).toEqual(asked);
        // A phone that said nothing needs no CANCEL, one that rings gets it.
        if (title === 'no answer') await vi.waitFor(() => expect(b.cancelled.size).toBe(1), 5_000);
        expect(kamailio.log).not.toMatch(/\b(ERROR|CRITICAL|ALERT|BUG)\b/);
      } finally {
        b.stop();
        await kamailio.stop();
      }
    },
  );
});

test('the steps of your own are taken, and a leg that you route anew goes on', async () => {
  const webhook = new ScriptedWebhook();
  webhook.scripts.set('bob', onOutcome(MOVED));
  const first = await RawPhone.start(undefined, 'bob', [{ line: '503 Service Unavailable' }]);
  const second = await RawPhone.start(undefined, 'bob', [RINGS, { line: '486 Busy', after: 200 }]);
  const kamailio = await PlainKamailio.start({
    url: await webhook.start(),
    way: 'packages',
    phone: first.port,
    settings: PATIENT_SETTINGS,
    after: `
route[DIVERT_ON_BRANCH] { append_hf("X-Branch: mine\\r\\n"); }
route[DIVERT_ON_REPLY] { xlog("L_ERR", "mine: reply $rs\\n"); }
route[DIVERT_ON_FAILURE] {
	if ($avp(again) != $null || $T_reply_code != 503) return(-1);
	$avp(again) = 1;
	$du = "sip:127.0.0.1:${second.port}";
	t_relay();
	return(1);
}
route[DIVERT_ON_END] { xlog("L_ERR", "mine: end\\n"); }`,
  });
  try {
    const last = finalOf(await rawCall(kamailio, { uri: 'sip:bob@example.com' }));
    expect(last).toMatch(/^SIP\/2\.0 302 /);
    expect([first, second].map(({ invites }) => lines(invites[0] ?? '', 'x-branch'))).toEqual([
      ['mine'],
      ['mine'],
    ]);
    expect(webhook.asked('bob')[1]?.outcome).toMatchObject({ status: 486, ringing: true });
    for (const said of ['reply 503', 'reply 180', 'reply 486', 'end'])
      expect(kamailio.log).toContain(`mine: ${said}`);
    expect(kamailio.log.split('mine: end')).toHaveLength(2);
  } finally {
    first.stop();
    second.stop();
    await kamailio.stop();
    await webhook.stop();
  }
});

/** tm runs no route where A hangs up while Divert is asked: README.md says what to do then. */
describe('DIVERT_ON_END is taken once', () => {
  const webhook = new ScriptedWebhook();
  const busy: RawAnswer[] = [{ line: '486 Busy' }];
  let url: string;
  let kamailio: PlainKamailio;
  let phone: RawPhone;
  beforeAll(async () => {
    url = await webhook.start();
    const rings = (invite: string) => (/sip:rings/.test(invite) ? [RINGS] : busy);
    phone = await RawPhone.start(undefined, '', rings);
    const after = 'route[DIVERT_ON_END] { xlog("L_ERR", "mine: end of $rU\\n"); }';
    kamailio = await PlainKamailio.start({
      ...{ url, way: 'packages', phone: phone.port, after },
      settings: PATIENT_SETTINGS,
    });
  });
  afterAll(async () => {
    phone.stop();
    await kamailio.stop();
    await webhook.stop();
  });

  test.each<[what: string, user: string, divert: Script, hangsUp: string]>([
    ['A hangs up while B rings', 'rings', () => letThrough, 'SIP/2.0 180'],
    ['B is busy and Divert lets it be', 'third', () => letThrough, ''],
    ['Divert redirects', 'fourth', () => MOVED, ''],
  ])('%s', async (_, user, divert, hangsUp) => {
    webhook.scripts.set(user, divert);
    const a = await Agent.start(kamailio.port);
    try {
      const invite = a.asks('INVITE', `sip:${user}@example.com`);
      if (hangsUp !== '') {
        await a.gets(hangsUp);
        a.cancels(invite);
        await a.gets('SIP/2.0 487');
      }
      const ends = () => kamailio.log.split(`mine: end of ${user}\n`).length - 1;
      await vi.waitFor(() => expect(ends()).toBe(1), 5000);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(ends()).toBe(1);
    } finally {
      a.stop();
    }
  });
});
