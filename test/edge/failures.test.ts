/**
 * Divert does not answer, or nothing that is a decision: calls go on without it, a phone's own 3xx only
 * to users of the domain, and after some failures nobody waits for it any more.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { values } from './ladder.ts';
import { LET_THROUGH, relayed, views } from './let-through.ts';
import { HURRIED_EDGE } from './patience.ts';
import { freePort } from './ports.ts';
import { Bench, found, outcomes, type Scenario, type Users, userOf } from './scenario.ts';
import { answer, expect as expectRequest, pause, play, ringing } from './sipp.ts';
import { answering, conversation, letThrough, onOutcome, refused, refusing, to } from './steps.ts';
import { waysToAsk } from './ways.ts';
import type { Reply } from './webhook.ts';

/** What Divert does wrong when it is asked. */
const WRONGS: Record<string, (users: Users) => Reply> = {
  'is slow': ({ carol }) => ({ ...to(carol), after: 1600 }),
  hangs: () => ({ hang: true }),
  'sends garbage': () => ({ body: '<html>"oops' }),
  'sends no decision': () => ({ body: '{"action":"fly"}' }),
  'sends nothing': () => ({ body: '' }),
  'fails with 500': ({ carol }) => ({ ...to(carol), status: 500 }),
  'is throttled (429)': () => ({ status: 429, body: '{"message":"Too Many Requests"}' }),
  'does not know the key (401)': () => ({ status: 401, body: '{"title":"Unauthorized"}' }),
};

/** What B's own 3xx may say while nobody can judge it, and what A is to get. */
const OWN_3XX: Record<
  string,
  {
    contact: (users: Users) => string;
    status: number;
    told?: (users: Users) => readonly string[];
  }
> = {
  'a user of the domain': {
    contact: ({ carol }) => `<${carol}>`,
    status: 302,
    told: ({ carol }) => [`<${carol}>`],
  },
  'two users': {
    contact: ({ carol, dave }) => `"C" <${carol}>, <${dave}>`,
    status: 302,
    told: ({ carol, dave }) => [`<${carol}>`, `<${dave}>`],
  },
  'a number': { contact: () => '<sip:+4930123@example.com>', status: 480 },
  'a number in disguise': { contact: () => '<sip:%2B4930123@example.com>', status: 480 },
  'another domain': { contact: () => '<sip:carol@example.net>', status: 480 },
  'a domain that ends like ours': { contact: () => '<sip:carol@notexample.com>', status: 480 },
  'a user and a number': {
    contact: ({ carol }) => `<${carol}>, <tel:+4930123>`,
    status: 302,
    told: ({ carol }) => [`<${carol}>`],
  },
  'a way around': {
    contact: ({ carol }) => `<${carol};maddr=192.0.2.1>`,
    status: 302,
    told: ({ carol }) => [`<${carol}>`],
  },
};

/** What Kamailio's modules say of a Divert that fails; the circuit breaker keeps it short. */
const FAILURE_IS_SAID = / (http_client|http_async_client|jansson) \[|calls go on without it/;

const runner = (bench: Bench) => (describeCall: (users: Users) => Omit<Scenario, 'ladder'>) => {
  const users = bench.users();
  return bench.run(users, { ladder: [], ...describeCall(users) });
};

const own3xx = (contact: string, status: number, bob: string) => ({
  a: refused(bob, status),
  b: [refusing(302, { lines: [`Contact: ${contact}`] })],
});

describe.each(waysToAsk())('asking with %s', (way) => {
  // An edge for each: failures that were counted in one test must not decide the next.
  test.concurrent.each(Object.entries(WRONGS))(
    "Divert %s: calls are let through, outcomes relayed, B's own 3xx only to users of the domain",
    async (_, wrong) => {
      const bench = await Bench.start({ ...HURRIED_EDGE, EDGE_CLIENT: way });
      try {
        const run = runner(bench);
        const results = await Promise.all([
          run((users) => ({
            a: conversation({ uri: users.bob }),
            b: [answering()],
            divert: () => wrong(users),
          })),
          run((users) => ({
            a: refused(users.bob, 486),
            b: [refusing(486)],
            divert: onOutcome(wrong(users)),
          })),
          run((users) => ({
            ...own3xx(`<${users.carol}>`, 302, users.bob),
            divert: onOutcome(wrong(users)),
          })),
          run((users) => ({
            ...own3xx('<sip:+4930123@example.com>', 480, users.bob),
            divert: onOutcome(wrong(users)),
          })),
        ]);
        expect(results.flatMap(({ failures }) => failures)).toEqual([]);
        expect(results.map(({ lines }) => views(lines))).toEqual(
          [LET_THROUGH, relayed(486), relayed(302), relayed(302, 480)].map(views),
        );
        // The webhook, in this process, may take up what was asked in another order.
        expect(results.map(({ questions }) => outcomes(questions).sort())).toEqual([
          ['-'],
          ['-', '486'],
          ['-', '302'],
          ['-', '302'],
        ]);
        expect(bench.edge.complaints.filter((line) => !FAILURE_IS_SAID.test(line))).toEqual([]);
      } finally {
        await bench.stop();
      }
    },
  );

  describe('Divert is down', () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await Bench.start({
        ...HURRIED_EDGE,
        EDGE_CLIENT: way,
        DIVERT_URL: `http://127.0.0.1:${await freePort()}`,
      });
    });
    afterAll(() => bench?.stop());

    test('lets calls through and relays outcomes', async () => {
      const run = runner(bench);
      const results = await Promise.all([
        run(({ bob }) => ({ a: conversation({ uri: bob }), b: [answering()] })),
        run(({ bob }) => ({ a: refused(bob, 486), b: [refusing(486)] })),
        run(({ bob }) => ({ a: refused(bob, 404) })),
        run(({ bob }) => ({ a: refused(bob, 480), b: [refusing(480)] })),
      ]);
      expect(results.flatMap(({ failures }) => failures)).toEqual([]);
      expect(views(results[0]?.lines ?? [])).toEqual(views(LET_THROUGH));
      expect(bench.edge.complaints.filter((line) => !FAILURE_IS_SAID.test(line))).toEqual([]);
    });

    test.concurrent.each(Object.entries(OWN_3XX))(
      "B's own 3xx names %s",
      async (_, { contact, status, told }) => {
        let users: Users | undefined;
        const { failures, lines, messages } = await runner(bench)((own) => {
          users = own;
          return own3xx(contact(own), status, own.bob);
        });
        expect(failures).toEqual([]);
        expect(views(lines)).toEqual(views(relayed(302, status)));
        const got = found(messages.find((m) => m.line.startsWith('P>A')));
        expect(values(got, 'Contact')).toEqual(told?.(found(users)) ?? []);
      },
    );
  });

  test.concurrent("a phone's own 302 that comes while Divert judges its silence is not relayed", async () => {
    const bench = await Bench.start({ ...HURRIED_EDGE, EDGE_CLIENT: way });
    try {
      const { failures, lines, questions } = await runner(bench)(({ bob }) => ({
        a: refused(bob, 408),
        b: [
          [
            ringing(),
            pause(6_400),
            answer(302, { lines: ['Contact: <sip:+4930123@example.com>'] }),
            expectRequest('ACK'),
          ],
        ],
        divert: onOutcome({ ...letThrough, after: 900 }),
      }));
      expect(failures).toEqual([]);
      expect(outcomes(questions)).toEqual(['-', '408']);
      expect(lines).toContain('B>P 302');
      expect(lines.filter((line) => line.startsWith('P>A'))).toEqual(['P>A 408']);
    } finally {
      await bench.stop();
    }
  });

  // By itself: it takes all of a machine, and the others watch the clock.
  test("a phone's own 302 goes nowhere either where the edge has no memory left", async () => {
    const bench = await Bench.start({ ...HURRIED_EDGE, EDGE_CLIENT: way, EDGE_MEMORY: '8' });
    try {
      const { bob } = bench.users();
      const user = userOf(bob);
      bench.webhook.scripts.set(user, onOutcome({ hang: true }));
      const sends = refusing(302, { lines: ['Contact: <sip:+4930123@example.com>'] });
      const phone = await play(bench.edge.port, sends, { calls: 1_000_000, seconds: 60 });
      await bench.edge.register(user, `sip:${user}@127.0.0.1:${phone.port}`);
      const calls = { calls: 600, rate: 300, seconds: 30 };
      const caller = await play(bench.edge.port, refused(bob, 480), calls);
      await caller.done.catch(() => {});
      phone.stop();
      expect(bench.edge.log).toContain('could not allocate shared memory');
      const got = (await bench.packets()).filter(({ to }) => to === caller.port);
      expect(got.length).toBeGreaterThan(100);
      // Without memory a 503 of the edge's own may keep the phone's Contact, which no caller follows.
      const followed = got.filter(({ text }) => text.startsWith('SIP/2.0 3'));
      expect(followed.filter(({ text }) => text.includes('+4930123'))).toEqual([]);
    } finally {
      await bench.stop();
    }
    // Its caller alone may take 30 s, where calls end by their own timers.
  }, 90_000);

  describe('Divert hangs under 100 calls a second', () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await Bench.start({ ...HURRIED_EDGE, EDGE_CLIENT: way });
    });
    afterAll(() => bench?.stop());

    test('loses no call, stops asking, and asks again when Divert is back', async () => {
      const calls = 300;
      const { bob } = bench.users();
      const user = userOf(bob);
      bench.webhook.scripts.set(user, () => ({ hang: true }));
      const phone = await play(bench.edge.port, refusing(486), { calls, seconds: 40 });
      await bench.edge.register(user, `sip:${user}@127.0.0.1:${phone.port}`);
      const callers = await play(bench.edge.port, refused(bob, 486), {
        calls,
        rate: 100,
        seconds: 40,
      });
      await Promise.all([callers.done, phone.done]);
      // All that came in during the first second waited; after that, one tries every few seconds.
      expect(bench.webhook.questions.length).toBeLessThan(calls * 0.75);

      const back = runner(bench);
      let asked = 0;
      for (let attempt = 0; attempt < 12 && asked === 0; attempt++) {
        await sleep(500);
        asked = (await back((users) => ({ a: refused(users.bob, 404) }))).questions.length;
      }
      expect(asked).toBeGreaterThan(0);
    });
  });
});
