import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { OF_COM, OF_NET, useTenants } from './tenants.ts';
import { soon } from './visits.ts';

/* Who sees which page, and may do what: what docs/admin-api.md says of roles, through the console. */

/** The pages of a domain: what is there for whoever may see it. */
const PAGES = {
  people: ['', '.people a'],
  person: ['/people/bob', '.history li'],
  call: ['/people/bob/call?outcome=busy', '.ladder'],
  calls: ['/calls', 'main input[type="datetime-local"]'],
  policy: ['/policy', '.rules, main pre'],
} as const;
type PageName = keyof typeof PAGES;
const NAMES = Object.keys(PAGES) as PageName[];

/** What can be done there, as the names of buttons. */
const CHANGES: Readonly<Record<PageName, readonly RegExp[]>> = {
  people: [],
  person: [/^Until I stop it$/, /^For an hour$/],
  call: [],
  calls: [],
  policy: [/^storm/],
};

/** Whoever serves a domain, and whose it is not. */
const SERVING = [
  ['operator', 'example.com', 'example.net', OF_NET],
  ['help desk', 'example.com', 'example.net', OF_NET],
  ['other operator', 'example.net', 'example.com', OF_COM],
  ['other help desk', 'example.net', 'example.com', OF_COM],
] as const;

const D = '/v1/domains/example.com';
const BOB = `${D}/subscribers/bob`;
const HOUR = 'from=2026-11-28T10:00:00Z&to=2026-11-28T11:00:00Z';
const CALL = {
  ...{ callId: '1', requestUri: 'sip:bob@example.com', from: '<sip:a@example.com>;tag=1' },
  to: '<sip:bob@example.com>',
};
const DESK = ['operator', 'help desk', 'operator of both'];
const AND_BOB = [...DESK, 'bob'];
const ADMINS = ['operator', 'operator of both'];
/** What the console asks for, and who gets it; everybody else is refused. */
const OPERATIONS: [request: string, allowed: string[], body?: object][] = [
  [`GET ${D}`, DESK],
  [`GET ${D}/subscribers?search=b`, DESK],
  [`GET ${D}/subscribers?forwarded=true`, DESK],
  [`GET ${BOB}`, AND_BOB],
  [`GET ${BOB}/history`, DESK],
  [`GET ${BOB}/forecast`, AND_BOB],
  [`GET ${BOB}/phone`, AND_BOB],
  [`PATCH ${BOB}/phone`, AND_BOB, { busy: 'carol' }],
  [`PUT ${BOB}/phone`, AND_BOB, { busy: 'carol' }],
  [`POST ${BOB}/revert?force=true`, ADMINS, { version: 1 }],
  [`POST ${D}/explain`, AND_BOB, CALL],
  [`GET ${D}/calls?user=bob&${HOUR}`, AND_BOB],
  // Of a subscriber: their own.
  [`GET ${D}/calls?${HOUR}`, AND_BOB],
  [`GET ${D}/switches`, DESK],
  [`PUT ${D}/switches/storm`, DESK, { on: false }],
];

describeInBrowser('roles', () => {
  const visits = useTenants();

  /** Signs in, and keeps everything that the API answers, and the token. */
  const enter = async (person: string) => {
    const answers: Promise<string>[] = [];
    let authorization: string | undefined;
    const watching = (page: Page): void => {
      page.on('response', (response) => {
        if (!new URL(response.url()).pathname.startsWith('/v1/')) return;
        answers.push(response.text().catch(() => ''));
      });
      page.on('request', (request) => {
        authorization = request.headers().authorization ?? authorization;
      });
    };
    const { page } = await visits.visit(person, { watching });
    const heard = async (): Promise<string> => (await Promise.all(answers)).join('\n');
    return { page, heard, token: () => authorization };
  };
  /** By way of a place where nothing is, so that nothing of the last page is taken for this one. */
  const open = async (page: Page, where: string): Promise<void> => {
    await page.goto(`${visits.world.local.console}#/nowhere.invalid/nothing`);
    await page.getByText('There is nothing here.').waitFor();
    await page.goto(`${visits.world.local.console}#/${where}`);
  };
  const seen = (page: Page): Promise<string> =>
    page
      .locator('main')
      .textContent()
      .then((text) => text ?? '');

  /** What comes of each operation with the token of a page. */
  const expectRights = async (who: string, authorization: string | undefined): Promise<void> => {
    expect(authorization).toMatch(/^Bearer ey/);
    const verdicts = OPERATIONS.map(async ([request, , body]) => {
      const [method = '', path = ''] = request.split(' ');
      const { status } = await fetch(`${visits.world.local.url}${path}`, {
        method,
        // No write gets past its precondition, so that nobody changes what another finds.
        headers: {
          ...{ authorization: authorization ?? '', 'if-match': '"0"' },
          ...(body && {
            'content-type':
              method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
          }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return [
        request,
        status === 403 ? 'refused' : status === 401 || status >= 500 ? status : 'let in',
      ];
    });
    expect(await Promise.all(verdicts)).toEqual(
      OPERATIONS.map(([request, allowed]) => [
        request,
        allowed.includes(who) ? 'let in' : 'refused',
      ]),
    );
  };

  test.each(SERVING)(
    '%s sees all of %s and nothing of %s, and may do what their token says',
    async (who, own, other, foreign) => {
      const { page, heard, token } = await enter(who);
      for (const name of NAMES) {
        const [path, there] = PAGES[name];
        await open(page, own + path);
        await page.locator(there).first().waitFor({ state: 'attached' });
        for (const button of own === 'example.com' ? CHANGES[name] : []) {
          await page
            .getByRole('button', { name: button })
            .or(page.getByRole('switch', { name: button }))
            .first()
            .waitFor();
        }
        expect(await seen(page)).not.toMatch(foreign);

        await open(page, other + path);
        await soon(() => page.locator('.failure').allInnerTexts()).toContainEqual(
          expect.stringContaining('You may not do or see this.'),
        );
        expect(await page.locator(there).filter({ hasText: foreign }).count()).toBe(0);
        expect(await page.locator('main').getByRole('button').count()).toBe(0);
        expect(await page.locator('main').getByRole('switch').count()).toBe(0);
        expect(await seen(page)).not.toMatch(foreign);
      }
      expect(await heard()).not.toMatch(foreign);
      await expectRights(who, token());
    },
  );

  test.each([
    ['bob', OF_NET, OF_COM],
    ['namesake', OF_COM, OF_NET],
  ] as const)('%s has their own page wherever they go', async (who, foreign, own) => {
    const { page, heard, token } = await enter(who);
    for (const domain of ['example.com', 'example.net']) {
      for (const name of NAMES) {
        await page.goto(`${visits.world.local.console}#/${domain}${PAGES[name][0]}`);
        await page.getByRole('heading', { name: 'Your calls' }).waitFor();
        await page.locator('.rules').waitFor();
        // What stood there before may go first.
        await soon(() => seen(page)).toMatch(own);
        expect(await seen(page)).not.toMatch(foreign);
        expect(await page.getByRole('switch').count()).toBe(0);
        expect(await page.getByRole('navigation').count()).toBe(0);
      }
    }
    expect(await heard()).not.toMatch(foreign);
    await expectRights(who, token());
  });

  test('whoever serves two domains sees each of two namesakes as they are', async () => {
    const { page, token } = await enter('operator of both');
    await page.getByRole('link', { name: 'example.com' }).waitFor();
    await page.getByRole('link', { name: 'example.net' }).waitFor();
    for (const [domain, own, foreign] of [
      ['example.com', '+49301234567', OF_NET],
      ['example.net', '+3225550123', OF_COM],
      ['example.com', '+49301234567', OF_NET],
    ] as const) {
      await page.goto(`${visits.world.local.console}#/${domain}/people/bob`);
      await page.getByText(`sip:bob@${domain}, ${own}`).waitFor();
      await page.locator('.history li').first().waitFor();
      expect(await seen(page)).not.toMatch(foreign);
    }
    await expectRights('operator of both', token());
  });
});
