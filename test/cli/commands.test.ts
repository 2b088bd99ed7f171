import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Peer } from '../../functions/decide/model.ts';
import { hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer, getPeerRecord } from '../../functions/store/peers.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { getSubscriberRecord } from '../../functions/store/subscribers.ts';
import { changes, startWorld, type World } from './world.ts';

const EXAMPLE = 'infra/rules/example.com.yaml';
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

describe('check', () => {
  const wrong = `domain: x.example
schedules: { office: { days: mon-fri } }
subscribers:
  bob: { rules: [{ when: always, schedule: ofice, reject: 480 }] }
  carol: { rules: [{ when: bsy, reject: 486 }] }
`;

  test.each([
    [
      'text',
      /^\S+w\.yaml:4:44: .*'ofice', did you mean 'office'\?\n\S+w\.yaml:5:\d+: .*'bsy'.*\n$/,
    ],
    ['github', /^::error file=\S+w\.yaml,line=4,col=44::.*'ofice'.*\n::error file=.*line=5/],
  ])('tells all mistakes as %s, without any table', async (format, expected) => {
    const file = await world.file('w.yaml', wrong);
    const { code, out } = await world.divert('check', file, '--format', format);
    expect([code, out]).toEqual([1, expect.stringMatching(expected)]);
  });

  test('tells them as JSON', async () => {
    const file = await world.file('w.yaml', wrong);
    const { out } = await world.divert('check', file, '--format', 'json');
    expect(JSON.parse(out)).toMatchObject([
      { severity: 'error', file, line: 4, pointer: '/subscribers/bob/rules/0/schedule' },
      { severity: 'error', file, line: 5 },
    ]);
  });

  test('knows a peers document', async () => {
    const file = await world.file('p.yaml', 'peers: [{ name: A, domains: [x.example] }]\n');
    expect(await world.divert('check', 'infra/peers.yaml')).toMatchObject({ code: 0 });
    expect(await world.divert('check', file)).toMatchObject({ code: 1 });
  });
});

describe('check, where files cannot be read', () => {
  test('tells all of them, and what is wrong in the others', async () => {
    const latin = ['a', 'b'].map((name) => `${world.folder}/${name}.yaml`);
    for (const path of latin) {
      await writeFile(
        path,
        Buffer.from('domain: x.example\nsubscribers: { j\xfcrgen: {} }\n', 'latin1'),
      );
    }
    const wrong = await world.file(
      'c.yaml',
      'domain: y.example\nsubscribers: { bob: { uses: x } }\n',
    );
    const { code, out } = await world.divert('check', ...latin, 'none.yaml', wrong);
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n')).toEqual([
      ...latin.map(
        (path) => `${path}:2:1: line 2 is not UTF-8 (it may be Latin-1): save it as UTF-8`,
      ),
      expect.stringMatching(/^none\.yaml: can't be read \(no such file/),
      expect.stringContaining("c.yaml:2:23: unknown key 'uses'"),
    ]);
    const { err } = await world.divert('plan', ...latin);
    expect(err.match(/is not UTF-8/g)).toHaveLength(2);
  });
});

describe('errors are one line that says what to do', () => {
  test.each([
    [
      ['plan', 'nofile.yaml'],
      /^error: nofile\.yaml: can't be read \(no such file; it is looked for in .*\)\n$/,
    ],
    [['pull', 'y.example'], /^error: y\.example: there are no rules of this domain\n$/],
    [
      ['history', 'bob@y.example'],
      /^error: no bob@y\.example is or was there: `divert pull y\.example` prints who is\n$/,
    ],
    [
      ['revert', 'bob@y.example', '--yes'],
      /^error: no bob@y\.example is or was there: `divert pull y\.example` prints who is\n$/,
    ],
    ...[
      ['revert', 'bob@y.example', '--to', '3'],
      ['revert', 'bob@y.example', '--to', '3', '--yes'],
      ['forget', 'bob@y.example'],
      ['forget', 'bob@y.example', '--yes'],
    ].map((args): [string[], RegExp] => [args, /^error: no bob@y\.example is or was there: /]),
    [['keys', 'add', 'edge'], /^stage local.*\nerror: there is no peer edge: declare it, and run/],
    [['keys', 'add'], /error: name either a peer or --token\n$/],
    [['explain', '--from', 'a', '--to', 'bob'], /^error: --to bob: give a domain/],
  ])('%s', async (args, expected) => {
    const { code, err } = await world.divert(...args);
    expect([code, err]).toEqual([1, expect.stringMatching(expected)]);
  });

  test('days of history that are none', async () => {
    vi.stubEnv('DIVERT_HISTORY_DAYS', '1.5');
    expect(await world.divert('list', 'example.com')).toMatchObject({
      code: 1,
      err: expect.stringContaining('DIVERT_HISTORY_DAYS is "1.5": give a whole number of days'),
    });
    vi.stubEnv('DIVERT_HISTORY_DAYS', '');
  });

  test.each(['plan', 'apply'])('%s tells every mistake of a document', async (command) => {
    const rules = '{ rules: [{ when: bussy, forward: bob }, { when: busy, forward: karol }] }';
    const file = await world.file(
      'm.yaml',
      `domain: example.com\nsubscribers:\n  bob: {}\n  carol: ${rules}\n`,
    );
    const { code, err } = await world.divert(command, file);
    expect([code, err]).toEqual([1, expect.stringMatching(/bussy.*karol/s)]);
  });

  test('with nobody to ask, nothing is changed', async () => {
    const { code, err } = await world.divert('apply', EXAMPLE);
    expect([code, err]).toEqual([1, expect.stringContaining('give --yes')]);
    expect((await world.divert('plan', EXAMPLE)).code).toBe(2);
  });

  test('without a running npm start', async () => {
    const { folder } = world;
    await world.file('running.json', '{}');
    vi.stubEnv('DIVERT_DATA', `${folder}/none`);
    const { runningTable } = await import('../../infra/cli/local.ts');
    expect(() => runningTable()).toThrow(
      `no local Divert runs with DIVERT_DATA=${folder}/none: run \`npm start\` with it`,
    );
  });
});

describe('which table', () => {
  let aws: Server;
  let asked: string[];
  beforeEach(async () => {
    asked = [];
    aws = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const action = new URLSearchParams(body).get('Action') ?? '';
        asked.push(action);
        response.setHeader('content-type', 'text/xml');
        if (body.includes('divert-staging')) response.statusCode = 400;
        response.end(answers(action, body));
      });
    });
    await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
    // As a careless shell has them.
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'production');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'production');
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ENDPOINT_URL', url);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    aws.close();
    aws.closeAllConnections();
  });

  const answers = (action: string, body: string): string => {
    if (action === 'GetCallerIdentity') {
      return `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
    }
    if (body.includes('divert-staging')) {
      return '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack does not exist</Message></Error></ErrorResponse>';
    }
    return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><Outputs><member><OutputKey>TableName</OutputKey><OutputValue>divert-test</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  };

  test('credentials of AWS alone never lead away from the local one', async () => {
    vi.stubEnv('AWS_PROFILE', 'production');
    const { out, code } = await world.divert('apply', EXAMPLE, '--yes');
    expect([code, out]).toEqual([0, expect.stringMatching(/^stage local /)]);
    expect(asked).toEqual([]);
  });

  test('a stage is found by its stack; account, region and table are told first', async () => {
    const { database } = world.table as World['table'] & { database: { endpoint: string } };
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', database.endpoint);
    await world.divert('apply', EXAMPLE, '--yes');
    const { out } = await world.divert('plan', EXAMPLE, '--stage', 'prod', '--region', 'local');
    expect(out).toMatch(/^stage prod · account 123456789012 · region local · table divert-test\n/);
    expect(asked.sort()).toEqual(['DescribeStacks', 'GetCallerIdentity']);
  });

  test('one that is not deployed is said', async () => {
    const { code, err } = await world.divert('plan', EXAMPLE, '--stage', 'staging');
    expect([code, err]).toEqual([
      1,
      'error: no stack divert-staging in eu-west-1: deploy the stage, or give its --region\n',
    ]);
  });
});

describe('peers and keys', () => {
  test('plan and apply peers; their keys stay, and what is not declared goes', async () => {
    const { divert, table } = world;
    const file = await world.file('p.yaml', 'peers: [{ name: sbc, domains: [x.example] }]\n');
    expect(changes((await divert('peers', 'plan', file)).out)[0]).toBe('+ sbc');
    expect((await divert('peers', 'apply', file, '--yes')).code).toBe(0);
    expect((await divert('peers', 'plan', file)).code).toBe(0);
    await divert('keys', 'add', 'sbc');
    await world.file('p.yaml', 'peers: [{ name: sbc, domains: [x.example], explain: true }]\n');
    expect(changes((await divert('peers', 'plan', file)).out)).toEqual([
      '~ sbc',
      '+ explain: true',
    ]);
    await divert('peers', 'apply', file, '--yes');
    expect((await getPeerRecord(table, 'sbc'))?.keys).toHaveLength(1);
    const record = await getPeerRecord(table, 'sbc');
    const { compiled = {} as Peer } = record ?? {};
    const forced = { source: { name: 'sbc', domains: ['x.example'] }, compiled };
    const api = { who: 'eve', from: 'api forced 127.0.0.1' };
    await changePeer(table, { name: 'sbc', next: forced }, api);
    expect((await divert('peers', 'plan', file)).out).toMatch(
      /~ sbc {2}drift: changed by eve \(api forced 127\.0\.0\.1\) at 20/,
    );
    await world.file('p.yaml', 'peers: []\n');
    expect((await divert('peers', 'plan', file)).out).toContain('- sbc  and its 1 keys');
    await divert('peers', 'apply', file, '--yes');
    expect(await getPeerRecord(table, 'sbc')).toBeUndefined();
  });

  test('a key is shown once, alone on stdout, and stored as its hash', async () => {
    const { divert, table } = world;
    await divert('peers', 'apply', 'infra/peers.yaml', '--yes');
    const reader = sdkReader(table.client, table.name);
    const opens = async (key: string) => (await reader.peer(hashPeerKey(key)))?.name;
    const first = (await divert('keys', 'add', 'edge')).out.trim();
    expect(first).toMatch(/^[\w-]{43}$/);
    const second = (await divert('keys', 'rotate', 'edge')).out.trim();
    expect([await opens(first), await opens(second)]).toEqual(['edge', 'edge']);
    const refused = await divert('keys', 'add', 'edge');
    expect([refused.code, refused.out]).toEqual([1, '']);

    const third = await divert('keys', 'rotate', 'edge');
    expect(third.err).toContain(`${hashPeerKey(first).slice(0, 16)} is revoked`);
    expect([await opens(first), await opens(second)]).toEqual([undefined, 'edge']);
    const listed = await divert('keys', 'list');
    for (const key of [second, third.out.trim()]) {
      expect(listed.out).toContain(`edge  ${hashPeerKey(key).slice(0, 16)}`);
      expect(listed.out).not.toContain(key);
    }
    await divert('keys', 'revoke', 'edge', hashPeerKey(second).slice(0, 8));
    expect([await opens(second), await opens(third.out.trim())]).toEqual([undefined, 'edge']);
  });

  test('the token’s key is never shown, and not rotated while tokens of the one before last live', async () => {
    const { divert, table } = world;
    const keys = () => sdkReader(table.client, table.name).tokenKeys();
    await divert('keys', 'add', '--token');
    // The first rotation ends no token: the only key becomes the one before.
    expect((await divert('keys', 'rotate', '--token')).code).toBe(0);
    const first = await keys();
    expect((await divert('keys', 'rotate', '--token')).code).toBe(1);
    const rotated = await divert('keys', 'rotate', '--token', '--force');
    expect(rotated).toMatchObject({ code: 0, out: '' });
    expect((await keys())?.previous).toEqual(first?.current);
    await divert('keys', 'revoke', '--token');
    const ids = [(await keys())?.current.id, (await keys())?.previous?.id];
    expect(ids).toEqual([4, 3]);
    const { out } = await divert('keys', 'list');
    expect(out).not.toContain(first?.current.secret);
  });
});

describe('explain', () => {
  beforeEach(async () => {
    await world.divert('apply', EXAMPLE, '--yes');
  });

  test('shows the answer, the rules and a ladder, and follows the call', async () => {
    const args = ['--from', 'alice@example.com', '--to', 'bob@example.com', '--outcome', '486'];
    const { code, out } = await world.divert('explain', ...args, '--follow');
    expect(code).toBe(0);
    expect(out).toContain(
      'sip:bob@example.com: redirect 302 Moved Temporarily by rule busy-to-carol\n',
    );
    expect(out).toContain(
      '✗ subscriber: family-always-rings (when always, busy, no-answer; callers family: no)',
    );
    expect(out).toContain('✓ subscriber: busy-to-carol (when busy)');
    expect(out).toContain('Ends: continue at sip:carol@example.com;cause=486');
    const ladder = out.slice(out.indexOf('  alice'));
    expect(ladder.trimEnd()).toMatchInlineSnapshot(`
      "  alice                        none                          bob                         carol
                    |------- INVITE bob -------->|                            |                            |
                    |                            |--------- INVITE ---------->|                            |
                    |                            |<------ 486 Busy Here ------|                            |
                    |<-- 302 Moved Temporarily --|                            |                            |
                    |----------- ACK ----------->|                            |                            |
                    |------ INVITE carol ------->|                            |                            |
                    |                            |------------------------ INVITE ------------------------>|
                    |                            |<--------------------- 180 Ringing ----------------------|
                    |<------- 180 Ringing -------|                            |                            |
                    |                            |                            |                            |"
    `);
  });

  test('takes the rules and the hour of another time', async () => {
    const created = (await getSubscriberRecord(world.table, 'example.com', 'bob'))?.at ?? '';
    const at = ['--at', new Date(Date.parse(created) - 1).toISOString()];
    const args = ['explain', '--from', 'x@example.net', '--to', '1002', '--outcome', '486'];
    const now = JSON.parse((await world.divert(...args, '--to', '1002@example.com', '--json')).out);
    expect(now.decision.action).toBe('redirect');
    const then = await world.divert(...args, '--to', '1002@example.com', '--json', ...at);
    expect(JSON.parse(then.out).decision.action).toBe('continue');
    const wrong = await world.divert(...args, '--to', '1002@example.com', '--at', 'yesterday');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('Give a time, like')]);
  });
});

describe('explain, of a domain', () => {
  const explain = (to: string, ...more: string[]) =>
    world.divert('explain', '--from', 'alice@example.com', '--to', to, ...more);

  test('that nobody serves, names it and those that are served', async () => {
    expect(await explain('bob@nope.example')).toMatchObject({
      code: 1,
      out: '',
      err: 'error: --to bob@nope.example: no peer serves nope.example, and there are no rules of it (there are no peers)\n',
    });
    const file = await world.file(
      'p.yaml',
      'peers: [{ name: b, domains: [y.example, x.example] }, { name: a, domains: [x.example] }]\n',
    );
    await world.divert('peers', 'apply', file, '--yes');
    for (const to of ['bob@nope.example', 'sip:bob@NOPE.example:5070;user=phone']) {
      const { code, err } = await explain(to);
      expect([code, err]).toEqual([
        1,
        `error: --to ${to}: no peer serves nope.example, and there are no rules of it (served: x.example, y.example)\n`,
      ]);
    }
    expect((await explain('sip:bob@x.example:5070')).code).toBe(0);
  });

  test('that has rules and no peer yet, goes by its rules', async () => {
    await world.divert('apply', EXAMPLE, '--yes');
    const { code, out } = await explain('bob@example.com', '--outcome', '486');
    expect([code, out]).toEqual([0, expect.stringContaining('redirect 302')]);
  });
});

describe('history and revert', () => {
  test('tell who changed what, and put it back, which plan calls drift', async () => {
    const { divert, table } = world;
    const a = await world.file(
      'a.yaml',
      'domain: x.example\nsubscribers: { bob: { aliases: ["1001"] } }\n',
    );
    const b = await world.file(
      'b.yaml',
      'domain: x.example\nsubscribers: { bob: { aliases: ["1002"] } }\n',
    );
    await divert('apply', a, '--yes');
    await divert('apply', b, '--yes');
    const { out } = await divert('history', '1002@x.example');
    expect(out).toMatch(/^version 2 {2}20\S+Z {2}changed by \S+ \(divert apply on \S+\)\n/);
    expect(out).toMatch(/version 1 .* added by/);
    expect(out).toContain('- "1001"');
    expect((await divert('revert', 'bob@x.example', '--yes')).code).toBe(0);
    const bob = await getSubscriberRecord(table, 'x.example', 'bob');
    expect([bob?.version, bob?.source]).toEqual([3, { aliases: ['1001'] }]);
    const plan = await divert('plan', b);
    expect(plan.out).toMatch(/~ bob {2}drift: changed by \S+ \(divert revert on /);
    expect((await divert('plan', a)).code).toBe(0);
    expect((await divert('revert', 'bob@x.example', '--to', '2', '--yes')).code).toBe(0);
    expect((await divert('plan', b)).code).toBe(0);
  });
});

describe('history and revert of a peer', () => {
  test('tell who changed it and its keys, never a hash, and put back what was declared', async () => {
    const { divert, table } = world;
    const declare = async (settings: string) => {
      const file = await world.file(
        'p.yaml',
        `peers: [{ name: sbc, domains: [x.example]${settings} }]\n`,
      );
      await divert('peers', 'apply', file, '--yes');
      return file;
    };
    const file = await declare('');
    const old = (await divert('keys', 'add', 'sbc')).out.trim();
    await declare(', explain: true');
    await divert('keys', 'revoke', 'sbc', hashPeerKey(old).slice(0, 8));
    await declare(', explain: true, headers: none');

    const { out } = await divert('peers', 'history', 'sbc');
    expect(out).toMatch(/^version 5 {2}20\S+Z {2}changed by \S+ \(divert peers apply on \S+\)\n/);
    expect(out).toContain('+ headers: none');
    expect(out).toContain(`id: ${hashPeerKey(old).slice(0, 16)}`);
    const json = (await divert('peers', 'history', 'sbc', '--json')).out;
    expect(JSON.parse(json)[0].before.source).toMatchObject({ explain: true });
    for (const text of [out, json]) expect(text).not.toContain(hashPeerKey(old));

    expect(await divert('peers', 'revert', 'sbc', '--to', '3', '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('peer sbc is as it was at version 3, but for its keys.\n'),
    });
    const record = await getPeerRecord(table, 'sbc');
    expect(record).toMatchObject({ source: { explain: true }, compiled: { headers: 'both' } });
    expect(record?.keys).toEqual([]);
    await world.file('p.yaml', 'peers: [{ name: sbc, domains: [x.example] }]\n');
    expect((await divert('peers', 'plan', file)).out).toMatch(
      /~ sbc {2}drift: changed by \S+ \(divert revert on /,
    );
    const unknown = await divert('peers', 'history', 'nobody');
    expect([unknown.code, unknown.err]).toEqual([
      1,
      'error: no peer nobody is or was there: `divert keys list` shows all\n',
    ]);
    const none = await divert('peers', 'revert', 'nobody', '--yes');
    expect([none.code, none.err]).toEqual([
      1,
      'error: no peer nobody is or was there: `divert keys list` shows all\n',
    ]);
  });
});

describe('help', () => {
  test.each([
    ...['check', 'plan', 'apply', 'pull', 'explain', 'history', 'revert'].map((name) => [name]),
    ...['plan', 'apply', 'history', 'revert'].map((name) => ['peers', name]),
    ...['add', 'rotate', 'revoke', 'list'].map((name) => ['keys', name]),
  ])('%s %s has an example', async (...names) => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    });
    const { out } = await world.divert(...names, '--help');
    exit.mockRestore();
    expect(out).toContain(`\nExample:\n  divert ${names.join(' ')}`);
  });
});
