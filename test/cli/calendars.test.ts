import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildIfStale } from '../../infra/build/bundle.ts';
import { startLocal } from '../../infra/local/local.ts';
import { Web } from '../fetch/web.ts';
import { startWorld, type World } from './world.ts';

/* The built command, with a made-up internet behind its own guard. */

const HOST = 'calendars.example.net';
const ADDRESS = `https://${HOST}/holidays.ics`;
const RULES = `domain: x.example
timezone: Europe/Berlin
calendars:
  # Kept by the city.
  holidays: { url: ${ADDRESS} }
schedules: { closed: { on: holidays } }
subscribers:
  vm: {}
  bob: { rules: [{ name: shut, when: always, schedule: closed, forward: vm }] }
`;

let world: World;
let web: Web;
let rules: string;
beforeAll(async () => {
  await buildIfStale();
  [world, web] = await Promise.all([startWorld(), Web.start([HOST])]);
  rules = await world.file('rules.yaml', RULES);
  const internet = new URL('../fetch/internet.ts', import.meta.url).href;
  vi.stubEnv('NODE_OPTIONS', `--import=${internet}`);
  vi.stubEnv('TEST_WEB', web.setting);
});
afterAll(async () => {
  await Promise.all([world.stop(), web.stop()]);
});

const divert = (...args: string[]) => world.spawn(...args).ended;
const serve = (...days: string[]) =>
  web.pages.set(`${HOST}/holidays.ics`, (_, response) => response.end(ics(days)));
const ics = (days: readonly string[]): string =>
  [
    'BEGIN:VCALENDAR',
    ...days.flatMap((line, i) => {
      const [day, ...name] = line.split(' ');
      const event = [`UID:${i}`, `DTSTART;VALUE=DATE:${day}`, `SUMMARY:${name.join(' ')}`];
      return ['BEGIN:VEVENT', ...event, 'END:VEVENT'];
    }),
    'END:VCALENDAR',
  ].join('\r\n');
const explained = (at: string) =>
  divert('explain', '--from', '+4989123', '--to', 'bob@x.example', '--at', at);

const YEAR = ['20991224 Christmas Eve', '20991225 Christmas', '20991226 Boxing Day'];
beforeEach(() => serve(...YEAR));

test('from an address to a decision, and to what explain says of it', async () => {
  const planned = await divert('plan', rules);
  expect([planned.code, planned.err, web.requests.length]).toEqual([2, '', 0]);

  web.pages.delete(`${HOST}/holidays.ics`);
  const refused = await divert('apply', rules, '--yes');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`/calendars/holidays/url: ${ADDRESS} answers 404`);

  serve(...YEAR);
  expect(await divert('apply', rules, '--yes')).toMatchObject({ code: 0, err: '' });
  const christmas = await explained('2099-12-25T12:00:00Z');
  expect(christmas.out).toContain('holidays: Christmas');
  expect(christmas.out).toContain('vm@x.example');
  expect((await explained('2099-12-27T12:00:00Z')).out).not.toContain('vm@x.example');
  expect((await divert('plan', rules)).code).toBe(0);

  const shown = await divert('calendars', 'X.example');
  expect(shown.code).toBe(0);
  expect(shown.out).toContain(`holidays: ${ADDRESS}\n  fetched `);

  serve(YEAR[0] as string);
  const kept = await divert('calendars', 'x.example', '--fetch', '--json');
  expect([kept.code, kept.err]).toEqual([1, '']);
  expect(JSON.parse(kept.out)).toMatchObject([
    { names: ['holidays'], version: 1, failure: 'has lost half of its coming days' },
  ]);
  const accepted = await divert('calendars', 'x.example', '--fetch', '--accept', '--json');
  expect(accepted.code).toBe(0);
  expect(JSON.parse(accepted.out)).toMatchObject([
    { version: 2, ends: '2099-12-25T00:00:00.000Z' },
  ]);
  expect((await explained('2099-12-25T12:00:00Z')).out).not.toContain('vm@x.example');
  expect((await divert('plan', rules)).code).toBe(0);
  expect((await divert('pull', 'x.example')).out).toContain(ADDRESS);
});

describe('without a table', () => {
  test('check says that nothing is fetched, test that it has no days', async () => {
    const checked = await divert('check', rules);
    expect([checked.code, checked.out + checked.err]).toEqual([
      0,
      expect.stringContaining('is fetched when this is applied'),
    ]);
    const cases = await world.file(
      'cases.yaml',
      'cases:\n  - { name: a, at: 2099-12-25T12:00, from: "+4989123", to: bob, expect: { action: continue } }\n',
    );
    const tested = await divert('test', rules, cases);
    expect(tested.code).toBe(0);
    expect(tested.err).toContain('the calendar holidays of x.example is fetched');
  });

  test('explain of a document says so too, and takes the copy of a table that is named', async () => {
    const ask = (...args: string[]) =>
      divert(
        ...['explain', '--from', '+4989123', '--to', 'bob@x.example', '--at', '2099-12-24T12:00'],
        ...['--file', rules, '--json', ...args],
      );
    const without = await ask();
    expect(without.err).toContain('holidays of x.example is fetched when this is applied: here it');
    expect(JSON.parse(without.out).decision.action).toBe('continue');
    await divert('apply', rules, '--yes');
    const withCopy = await ask('--stage', 'local');
    expect(withCopy.err).toBe('');
    expect(JSON.parse(withCopy.out).decision).toMatchObject({ action: 'redirect', rule: 'shut' });
    expect(withCopy.out).toContain('holidays: Christmas Eve');
  });

  test('test takes the copy of a table that is named', async () => {
    const cases = await world.file(
      'christmas-day.yaml',
      'cases:\n  - { name: a, at: 2099-12-24T12:00, from: "+4989123", to: bob, expect: { action: redirect, rule: shut } }\n',
    );
    await divert('apply', rules, '--yes');
    const { code, err } = await divert('test', rules, cases, '--stage', 'local');
    expect([code, err]).toEqual([0, '']);
  });

  test.each([
    ['http://calendars.example.net/', /must be an address that begins with https:/],
    ['https://calendars.example.net:8443/', /must be on port 443/],
    ['https://bob:x@calendars.example.net/', /must not have a user or a password in it/],
    [`https://a.example/${'x'.repeat(1000)}`, /at most 1000 characters/],
  ])('check refuses %s', async (address, why) => {
    const file = await world.file('wrong.yaml', RULES.replace(ADDRESS, address));
    const { code, out, err } = await world.divert('check', file);
    expect(code).toBe(1);
    expect(out + err).toMatch(why);
    expect(out + err).toMatch(/wrong\.yaml:5:/);
  });

  test('plan tells by the days of the table which cases change', async () => {
    const cases = await world.file(
      'christmas.yaml',
      'cases:\n  - { name: eve, at: 2099-12-24T12:00, from: "+4989123", to: bob, expect: { action: redirect } }\n',
    );
    const { out } = await world.divert('plan', rules, cases);
    expect(out).toContain('0 of 1 cases change their answer.');
  });
});

test('npm start is refused where the first copy can not be got', async () => {
  const document = await world.file('away.yaml', RULES.replace(HOST, 'calendars.invalid'));
  await expect(startLocal({ documents: [document], port: 0 })).rejects.toThrow(
    /calendars\.invalid\/holidays\.ics can't be read \((ENOTFOUND|EAI_AGAIN)\)/,
  );
});
