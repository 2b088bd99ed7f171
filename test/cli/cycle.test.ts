import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeSubscribers, getSubscriberRecord } from '../../functions/store/subscribers.ts';
import { changeByApi, changes, ROOT, startWorld, type World } from './world.ts';

const EXAMPLE = await readFile(join(ROOT, 'infra/rules/example.com.yaml'), 'utf8');

/** What the example has not. */
const MORE = `# The domain
domain: example.com
timezone: Europe/Berlin # here
country: DE
ringSeconds: 25
maxDiversions: 3
targets:
  allow: ["@example.com", "+49", "ext:1xxx", "sip:mum@example.net"]
  deny: ["+49900"]
groups:
  family: ["+4915112345678", "+49170*", "@example.net", carol]
calendars:
  holidays: holidays.ics
  fair: [2026-03-01..2026-03-05]
schedules:
  office: { days: [mon-thu, fri], hours: ["08:00-12:00", "13:00-18:00"], except: [holidays, fair] }
first:
  - { name: spam, when: any, callers: ["+4930666*"], reject: 603 }
finally:
  - { when: [busy, no-answer], called: ["+49301234567"], forward: voicemail }
features:
  codes: { always-on: "*21", always-off: "#21" }
  announcement: sip:saved@example.com
subscribers:
  # The boss
  bob:
    aliases: ["+49301234567", "1002"] # their numbers
    privacy: full
    rules:
      - when: [busy, unreachable, declined]
        callers: [family, not anonymous]
        from: 2026-01-01
        until: 2027-01-06T08:00
        forward: [{ to: carol, q: 0.9 }, voicemail]
      - { name: hers, when: deflected, callers: external, continue: true }
  carol: { managedBy: subscriber, rules: [{ when: always, schedule: not office, reject: 480 }] }
  voicemail: {}
  "1007": {}
`;
const HOLIDAYS = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261225
RRULE:FREQ=YEARLY
END:VEVENT
END:VCALENDAR
`.replaceAll('\n', '\r\n');

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

describe.each([
  ['the example', EXAMPLE, {}],
  ['what the example has not', MORE, { 'holidays.ics': HOLIDAYS }],
])('with %s', (_, text, beside: Record<string, string>) => {
  test('check, plan, apply, plan, pull, plan; then a change by API is all that plan shows', async () => {
    const { table, divert } = world;
    const file = await world.file('rules.yaml', text);
    for (const [name, content] of Object.entries(beside)) await world.file(name, content);

    expect(await divert('check', file)).toMatchObject({ code: 0, err: '' });
    const planned = await divert('plan', file);
    expect(planned).toMatchObject({ code: 2, err: '' });
    expect(planned.out).toMatch(
      /^stage local · account local .* · region local · table divert-test/,
    );
    expect(changes(planned.out)).toContain('+ bob');
    expect(await divert('apply', file, '--yes')).toMatchObject({ code: 0, err: '' });
    expect(await divert('plan', file)).toMatchObject({ code: 0, err: '' });
    const again = await divert('apply', file, '--yes');
    expect([again.code, changes(again.out)]).toEqual([0, []]);
    expect((await getSubscriberRecord(table, 'example.com', 'bob'))?.version).toBe(1);

    const pulled = await divert('pull', 'example.com');
    expect(pulled.code).toBe(0);
    const copy = await world.file('pulled.yaml', pulled.out);
    expect(await divert('plan', copy)).toMatchObject({ code: 0, err: '' });
    const into = await divert('pull', 'EXAMPLE.com', '--into', file);
    expect([into.code, await readFile(file, 'utf8')]).toEqual([0, text]);

    expect(await changeByApi(table, 'example.com', 'bob', { timezone: 'UTC' })).toBe(200);
    const drift = await divert('plan', file);
    expect(drift.code).toBe(2);
    const shown = changes(drift.out);
    expect(shown[0]).toMatch(
      /^~ bob {2}drift: changed by arn:ann \(api forced 192\.0\.2\.1\) at 20/,
    );
    const own = /timezone: Europe\/London/.test(text) ? ['+ timezone: Europe/London'] : [];
    expect(shown.slice(1)).toEqual(['- timezone: UTC', ...own]);

    // What is live into the file: nothing else of it changes.
    await divert('pull', 'example.com', '--into', file);
    const after = await readFile(file, 'utf8');
    expect(after).toContain('timezone: UTC');
    expect(after.match(/#.*/g)).toEqual(expect.arrayContaining(text.match(/^# .*/gm) ?? []));
    expect(await divert('plan', file)).toMatchObject({ code: 0 });
  });
});

describe('pull --into a file of a thousand subscribers with comments, anchors and CRLF', () => {
  test('changes the lines of whom it is about, and no other byte', async () => {
    const { table, divert } = world;
    const one = (i: number) =>
      `  # desk ${i}\r\n  u${i}:   # room ${i}\r\n    aliases: ['${1000 + i}', "9${1000 + i}"]\r\n    rules: *std\r\n`;
    const head = [
      'domain: x.example   # ours',
      'subscribers:',
      '  first:',
      '    rules: &std   # for all',
      '      - { name: late, when: busy, reject: 480 }',
      '',
    ].join('\r\n');
    const text = head + Array.from({ length: 1000 }, (_, i) => one(i)).join('');
    const file = await world.file('x.yaml', text);
    expect(await divert('apply', file, '--yes')).toMatchObject({ code: 0 });
    expect(await changeByApi(table, 'x.example', 'u500', { privacy: 'full' })).toBe(200);
    expect(await divert('pull', 'x.example', '--into', file)).toMatchObject({ code: 0 });
    const theirs = one(500);
    expect(await readFile(file, 'utf8')).toBe(
      text.replace(theirs, `${theirs}    privacy: full\r\n`),
    );
    expect(await divert('plan', file)).toMatchObject({ code: 0 });
  });
});

describe('phone settings', () => {
  test('stay when documents are applied, and are comments in what is pulled if asked for', async () => {
    const { table, divert } = world;
    const text = 'domain: x.example\nsubscribers:\n  # first\n  bob: {}\n  carol: {}\n';
    const file = await world.file('x.yaml', text);
    await divert('apply', file, '--yes');
    const bob = await getSubscriberRecord(table, 'x.example', 'bob');
    if (!bob) throw new Error('no bob');
    const target = {
      uri: 'sip:carol@x.example',
      identity: 'carol@x.example',
      names: ['carol@x.example'],
    };
    const rule = { name: 'phone-always', when: ['always' as const], forward: [target] };
    // As it was stored before settings could be off.
    const next = { ...bob, phone: { settings: undefined, rules: [rule] } };
    const author = { who: 'bob', from: 'feature' };
    await changeSubscribers(table, 'x.example', [{ user: 'bob', next }], author);

    expect((await divert('plan', file)).code).toBe(0);
    await divert('pull', 'x.example', '--into', file);
    expect(await readFile(file, 'utf8')).toBe(text);
    await divert('pull', 'x.example', '--into', file, '--phone');
    await divert('pull', 'x.example', '--into', file, '--phone');
    expect(await readFile(file, 'utf8')).toBe(
      'domain: x.example\nsubscribers:\n  # first\n  # set by phone: always to carol\n  bob: {}\n  carol: {}\n',
    );
    await divert(
      'apply',
      await world.file('y.yaml', text.replace('bob: {}', 'bob: { privacy: full }')),
      '--yes',
    );
    const after = await getSubscriberRecord(table, 'x.example', 'bob');
    expect(after?.compiled).toMatchObject({ privacy: 'full', phone: [{ name: 'phone-always' }] });
  });
});

describe('who manages their rules themselves', () => {
  const text = (rest: string) => `domain: x.example
groups: { family: ["+49*"] }
subscribers:
  bob: { managedBy: subscriber, ${rest} }
  carol: {}
`;

  test('keeps them when documents are applied; their names are still theirs', async () => {
    const { table, divert } = world;
    const file = await world.file('x.yaml', text('aliases: ["1001"], rules: []'));
    await divert('apply', file, '--yes');
    const rules = [{ when: 'always', callers: 'family', forward: 'carol' }];
    expect(await changeByApi(table, 'x.example', 'bob', { rules })).toBe(200);
    expect((await divert('plan', file)).code).toBe(0);

    await world.file('x.yaml', text('aliases: ["1002"]'));
    expect(changes((await divert('plan', file)).out)).toEqual([
      '~ bob',
      '-   - "1001"',
      '+   - "1002"',
    ]);
    await divert('apply', file, '--yes');
    const bob = await getSubscriberRecord(table, 'x.example', 'bob');
    expect(bob?.source).toMatchObject({ aliases: ['1002'], rules });
    expect((await divert('plan', file)).code).toBe(0);

    await world.file('x.yaml', text('aliases: ["1002"]').replace(/groups.*\n/, ''));
    const { code, err } = await divert('plan', file);
    expect([code, err]).toEqual([1, expect.stringContaining('/subscribers/bob/rules/0/callers')]);
  });
});

describe('several files', () => {
  test('of one domain are one document, of several domains several', async () => {
    const { divert } = world;
    const a = await world.file('a.yaml', 'domain: x.example\nsubscribers: { bob: {} }\n');
    const b = await world.file('b.yaml', 'domain: X.example\nsubscribers: { carol: {} }\n');
    const c = await world.file('c.json', '{ "domain": "y.example", "subscribers": { "zoe": {} } }');
    const applied = await divert('apply', a, b, c, '--yes');
    expect(applied.out).toContain('x.example: policy added, 2 added, 0 changed, 0 removed');
    expect(applied.out).toContain('y.example: policy added, 1 added, 0 changed, 0 removed');
    expect(changes((await divert('plan', a)).out)).toEqual(['- carol']);
    expect((await divert('plan', a, b, c)).code).toBe(0);
  });
});
