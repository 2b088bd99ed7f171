import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Fetch, FetchFailure } from '../../functions/fetch/fetch-document.ts';
import { apply } from '../../functions/provision/apply/apply.ts';
import { desiredOf } from '../../functions/provision/apply/desired.ts';
import { isEmpty, makePlan } from '../../functions/provision/apply/plan.ts';
import { refreshCopies } from '../../functions/provision/calendar-copies.ts';
import { dailyRound, type RoundTold } from '../../functions/provision/daily-round.ts';
import { desiredFrom, domainAt } from '../../functions/provision/domain-at.ts';
import { dayNumber } from '../../functions/rules/calendars/zone.ts';
import { loadRules } from '../../functions/rules/source/load.ts';
import { getCalendarCopy } from '../../functions/store/calendar-copies.ts';
import { changePolicy, getPolicyRecord } from '../../functions/store/policies.ts';
import type { RuleReader } from '../../functions/store/reader.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { call, IAM } from '../admin/fixtures.ts';
import { AUTHOR, startTable } from '../store/fixtures.ts';

/* docs/semantics.md#calendars-by-address, over a real table and a made-up internet. */

const URL = 'https://calendars.example.net/holidays.ics';
const NOW = Date.UTC(2026, 10, 28, 8);
const DAY = 86_400_000;

let base: Awaited<ReturnType<typeof startTable>>;
let reader: RuleReader;
let domain = '';
let now = NOW;
let tests = 0;
beforeAll(async () => {
  base = await startTable();
  reader = sdkReader(base.client, base.name);
});
afterAll(() => base.database.stop());
beforeEach(() => {
  tests += 1;
  domain = `d${tests}.example`;
  now = NOW;
  site.clear();
  asked.length = 0;
});
const table = () => ({ ...base, now: () => now });

/** What is at each address: a text, with its ETag, or why there is none. */
const site = new Map<string, { text: string; etag?: string } | string>();
const asked: string[] = [];
const fetch: Fetch = async (address, known) => {
  asked.push(address);
  const found = site.get(address) ?? 'answers 404';
  if (typeof found === 'string') throw new FetchFailure(found);
  const { text, etag } = found;
  if (etag !== undefined && known?.etag === etag) return { is: 'unchanged' };
  return { is: 'new', body: Buffer.from(text), ...(etag !== undefined && { etag }) };
};

/** An iCalendar file of whole days, `2026-12-25 Christmas`. */
const ics = (...days: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//divert//test//EN',
    ...days.flatMap((line, i) => {
      const [day = '', ...name] = line.split(' ');
      const date = `DTSTART;VALUE=DATE:${day.replaceAll('-', '')}`;
      const event = [`UID:${i}`, 'DTSTAMP:20260101T000000Z', date, `SUMMARY:${name.join(' ')}`];
      return ['BEGIN:VEVENT', ...event, 'END:VEVENT'];
    }),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const document = (url = URL, more = '') => `
domain: ${domain}
calendars:
  holidays: { url: ${url} }
schedules:
  closed: { on: holidays }
${more}
subscribers:
  bob:
    rules:
      - { name: holiday, when: always, schedule: closed, forward: carol }
  carol: {}
`;
const desired = (text: string) =>
  desiredOf(
    loadRules([{ name: 'rules.yaml', text }], {
      readFile: () => '',
      now,
    }),
  );
const plan = (text: string) => makePlan(table(), desired(text));
const applied = async (text = document()) =>
  apply(table(), await plan(text), { author: AUTHOR, fetch });
const policy = async () => {
  const found = await reader.policy(domain, { consistent: true });
  if (!found) throw new Error('no policy');
  return found;
};
const days = async () =>
  (await policy()).calendars.holidays?.days.map(([first]) =>
    new Date(first * DAY).toISOString().slice(0, 10),
  );
const refresh = async (accept = false) =>
  refreshCopies(table(), domain, (await policy()).calendars, { fetch, author: AUTHOR, accept });

const YEAR = ['2026-12-25 Christmas', '2026-12-26 Boxing Day', '2027-01-01 New Year'];

describe('applying', () => {
  test('fetches the first copy; planning never fetches', async () => {
    site.set(URL, { text: ics(...YEAR), etag: '"1"' });
    await plan(document());
    expect(asked).toEqual([]);
    await applied();
    expect(asked).toEqual([URL]);
    expect(await days()).toEqual(['2026-12-25', '2027-01-01']);
    expect(await getCalendarCopy(table(), domain, URL)).toMatchObject({
      text: ics(...YEAR),
      etag: '"1"',
      confirmed: '2026-11-28T08:00:00.000Z',
      version: 1,
      at: '2026-11-28T08:00:00.000Z',
    });
    expect(isEmpty(await plan(document()))).toBe(true);
  });

  test('is refused where the first copy is none, and changes nothing', async () => {
    for (const [found, why] of [
      [undefined, 'answers 404'],
      [{ text: '<html>' }, 'is no iCalendar file'],
      [{ text: ics() }, 'has no events'],
    ] as const) {
      if (found) site.set(URL, found);
      await expect(applied()).rejects.toThrow(why);
      await expect(applied()).rejects.toThrow(`/calendars/holidays/url ${URL}`);
    }
    expect(await reader.policy(domain)).toBeUndefined();
    expect(await reader.subscriber(domain, 'bob')).toBeUndefined();
  });

  test('what has a copy waits for nobody, and keeps its days', async () => {
    site.set(URL, { text: ics(...YEAR) });
    await applied();
    site.clear();
    await applied(document(URL, 'ringSeconds: 30'));
    expect(asked).toEqual([URL]);
    expect(await policy()).toMatchObject({ ringSeconds: 30, version: 2 });
    expect(await days()).toEqual(['2026-12-25', '2027-01-01']);
  });

  test('another address is another calendar, and the plan says so', async () => {
    site.set(URL, { text: ics(...YEAR) });
    await applied();
    const other = `${URL}?2`;
    site.set(other, { text: ics('2027-05-01 May Day') });
    expect((await plan(document(other))).policy).toBeDefined();
    await applied(document(other));
    expect(await days()).toEqual(['2027-05-01']);
  });

  test('back to an instant, with the calendar of then', async () => {
    site.set(URL, { text: ics(...YEAR) });
    await applied();
    const then = now;
    now += 1000;
    site.set('https://other.example.net/', { text: ics('2027-05-01 May Day') });
    await applied(document('https://other.example.net/'));
    const back = desiredFrom(await domainAt(table(), domain, then), now);
    await apply(table(), await makePlan(table(), back), { author: AUTHOR, fetch });
    expect(await days()).toEqual(['2026-12-25', '2027-01-01']);
  });

  test('a policy is never stored with a calendar that nobody has fetched', async () => {
    const { policy: next } = desired(document());
    await expect(changePolicy(table(), domain, next, AUTHOR)).rejects.toThrow(
      `the calendar holidays has not been fetched from ${URL}`,
    );
  });
});

describe('fetching again', () => {
  test('changes what calls are decided by, without a version and without drift', async () => {
    site.set(URL, { text: ics(...YEAR), etag: '"1"' });
    await applied();
    now += DAY;
    site.set(URL, { text: ics(...YEAR, '2027-04-02 Good Friday'), etag: '"2"' });
    expect(await refresh()).toEqual([
      { url: URL, names: ['holidays'], is: 'new', confirmed: '2026-11-29T08:00:00.000Z' },
    ]);
    expect(await days()).toEqual(['2026-12-25', '2027-01-01', '2027-04-02']);
    expect((await policy()).version).toBe(1);
    expect(isEmpty(await plan(document()))).toBe(true);
    expect((await getPolicyRecord(table(), domain))?.version).toBe(1);
    expect(await getCalendarCopy(table(), domain, URL)).toMatchObject({ version: 2, etag: '"2"' });
  });

  test('asks whether there is anything new, and keeps what it has', async () => {
    site.set(URL, { text: ics(...YEAR), etag: '"1"' });
    await applied();
    now += DAY;
    expect(await refresh()).toMatchObject([{ is: 'unchanged' }]);
    expect(await getCalendarCopy(table(), domain, URL)).toMatchObject({
      version: 1,
      at: '2026-11-28T08:00:00.000Z',
      confirmed: '2026-11-29T08:00:00.000Z',
      text: ics(...YEAR),
    });
  });

  test('lets events that recur go on, though the file is the same', async () => {
    const recurring = ics('2026-12-25 Christmas').replace(
      'SUMMARY',
      'RRULE:FREQ=YEARLY\r\nSUMMARY',
    );
    site.set(URL, { text: recurring, etag: '"1"' });
    await applied();
    expect((await days())?.at(-1)).toBe('2031-12-25');
    now = Date.UTC(2027, 0, 2);
    expect(await refresh()).toMatchObject([{ is: 'unchanged' }]);
    expect((await days())?.at(-1)).toBe('2032-12-25');
    expect((await policy()).version).toBe(1);
  });

  test.each([
    ['can no longer be read', 'BEGIN:VCALENDAR\r\nEND:VEVENT\r\n', /./, true],
    ['is a page that says sorry', '<html>sorry</html>', /./, true],
    ['is empty', ics(), 'has no events', true],
    ['has lost half of its coming days', ics(YEAR[0] as string), /lost half/, true],
    ['has other days', ics('2027-07-01 x', '2027-07-02 y', '2027-07-03 z'), /lost half/, true],
    ['is not there', 'answers 503', 'answers 503', undefined],
  ])('keeps the last good copy where the new one %s', async (_, text, why, broken) => {
    site.set(URL, { text: ics(...YEAR) });
    await applied();
    now += DAY;
    site.set(URL, why === text ? text : { text });
    const [one] = await refresh();
    expect(one).toMatchObject({ is: 'kept', confirmed: '2026-11-28T08:00:00.000Z' });
    expect(one?.failure).toMatch(why);
    expect(one?.broken).toBe(broken);
    expect(await days()).toEqual(['2026-12-25', '2027-01-01']);
    expect(await getCalendarCopy(table(), domain, URL)).toMatchObject({ failure: one?.failure });
    site.set(URL, { text: ics(...YEAR) });
    await refresh();
    expect((await getCalendarCopy(table(), domain, URL))?.failure).toBeUndefined();
  });

  test('days that are over may go, and fewer than half of the coming ones', async () => {
    const many = ['2026-11-27 a', '2026-11-26 b', '2026-11-25 c', ...YEAR];
    site.set(URL, { text: ics(...many) });
    await applied();
    site.set(URL, { text: ics(...YEAR.slice(0, 2)) });
    expect(await refresh()).toMatchObject([{ is: 'new' }]);
    expect(await days()).toEqual(['2026-12-25']);
  });

  test('takes fewer days where somebody says that it is meant', async () => {
    site.set(URL, { text: ics(...YEAR) });
    await applied();
    site.set(URL, { text: ics(YEAR[0] as string) });
    expect(await refresh(true)).toMatchObject([{ is: 'new' }]);
    expect(await days()).toEqual(['2026-12-25']);
  });

  test('two calendars with one address are one copy', async () => {
    site.set(URL, { text: ics(...YEAR) });
    await applied(document().replace('schedules:', `  same: { url: ${URL} }\nschedules:`));
    expect(asked).toEqual([URL]);
    site.set(URL, { text: ics(...YEAR, '2027-04-02 Good Friday') });
    expect(await refresh()).toMatchObject([{ names: ['holidays', 'same'] }]);
    const { holidays, same } = (await policy()).calendars;
    expect(same).toEqual(holidays);
    expect(same?.days.at(-1)?.[0]).toBe(dayNumber('2027-04-02'));
  });

  test('beside somebody who applies: the policy is theirs, the days are the new ones', async () => {
    site.set(URL, { text: ics(...YEAR) });
    await applied();
    for (let round = 1; round <= 10; round++) {
      const text = ics(...YEAR, `2027-04-${String(round).padStart(2, '0')} moving`);
      site.set(URL, { text });
      await Promise.all([refresh(), applied(document(URL, `ringSeconds: ${20 + round}`))]);
      expect((await policy()).ringSeconds).toBe(20 + round);
      expect((await getPolicyRecord(table(), domain))?.version).toBe(1 + round);
      expect((await days())?.at(-1)).toBe(`2027-04-${String(round).padStart(2, '0')}`);
    }
  });

  test('a copy that is too large to be kept is not taken', async () => {
    site.set(URL, { text: ics(...YEAR) });
    await applied();
    const noise = Array.from({ length: 40_000 }, (_, i) => `X-${i}:${Math.random()}`).join('\r\n');
    site.set(URL, { text: ics(...YEAR).replace('BEGIN:VEVENT', `${noise}\r\nBEGIN:VEVENT`) });
    expect(await refresh()).toMatchObject([{ is: 'kept', broken: true }]);
    expect(await days()).toEqual(['2026-12-25', '2027-01-01']);
  });
});

describe('the daily round', () => {
  const round = async (timeLeft = 60_000) => {
    const told: RoundTold[] = [];
    const failed: string[] = [];
    await dailyRound(table(), {
      fetch,
      author: AUTHOR,
      tell: (one) => told.push(one),
      failed: (name) => failed.push(name),
      timeLeft: () => timeLeft,
    });
    return { told: told.filter((one) => one.domain.endsWith(`r${tests}.example`)), failed };
  };

  test('visits every domain that has such a calendar, whatever becomes of the others', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `${i}.r${tests}.example`);
    for (const name of names) {
      domain = name;
      site.set(`${URL}?${name}`, { text: ics(...YEAR) });
      await applied(document(`${URL}?${name}`));
    }
    site.set(`${URL}?${names[3]}`, 'answers 503');
    site.delete(`${URL}?${names[4]}`);
    const { told } = await round();
    expect(told.map(({ domain, is }) => [domain, is]).sort()).toEqual(
      names.map((name, i) => [name, i === 3 || i === 4 ? 'kept' : 'unchanged']).sort(),
    );
  });

  test('says who has to look: at once where it is broken, after three days where it is away', async () => {
    domain = `r${tests}.example`;
    site.set(URL, { text: ics(...YEAR) });
    await applied();
    expect((await round()).told).toMatchObject([{ domain, stale: false, is: 'unchanged' }]);
    site.set(URL, 'answers 503');
    for (const [later, stale] of [
      [1, false],
      [2, false],
      [3, true],
    ] as const) {
      now = NOW + later * DAY;
      expect((await round()).told).toMatchObject([{ domain, stale, is: 'kept' }]);
    }
    site.set(URL, { text: ics(...YEAR) });
    expect((await round()).told).toMatchObject([{ stale: false, is: 'unchanged' }]);
    site.set(URL, { text: '<html>' });
    expect((await round()).told).toMatchObject([{ stale: true, broken: true }]);
  });

  test('ends with an error where no time is left, so that it is begun again', async () => {
    site.set(URL, { text: ics(...YEAR) });
    await applied();
    await expect(round(29_000)).rejects.toThrow('no time is left');
  });
});

describe('by the API', () => {
  const put = (body: unknown) =>
    call(table(), `PUT /v1/iam/domains/${domain}?force=true`, {
      as: IAM,
      headers: { 'if-none-match': '*' },
      body,
      fetch,
    });

  test('a policy that names a calendar by its address fetches it', async () => {
    site.set(URL, { text: ics(...YEAR) });
    const calendars = { holidays: { url: URL } };
    expect(await put({ domain, calendars })).toMatchObject({ status: 201 });
    expect(await days()).toEqual(['2026-12-25', '2027-01-01']);
    const { body } = await call(table(), `GET /v1/iam/domains/${domain}`, { as: IAM });
    expect(body).toEqual({ domain, calendars });
  });

  test('and is refused where that fails, or is no address to fetch from', async () => {
    const calendars = { holidays: { url: URL } };
    const refused = await put({ domain, calendars });
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/calendars/holidays/url', detail: `${URL} answers 404` }] },
    });
    for (const url of ['https://bob:x@example.net/', 'https://example.net:444/', 'http://a.de/']) {
      const { status } = await put({ domain, calendars: { holidays: { url } } });
      expect(status).toBe(422);
    }
    expect(asked).toEqual([URL]);
    expect(await reader.policy(domain)).toBeUndefined();
  });
});
