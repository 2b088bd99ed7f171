import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { copyPast } from '../../functions/store/copy-past.ts';
import { forgetSubscriber } from '../../functions/store/forget.ts';
import { changePeer } from '../../functions/store/peers.ts';
import { changePolicy } from '../../functions/store/policies.ts';
import { changeSubscribers } from '../../functions/store/subscribers.ts';
import { setSwitch } from '../../functions/store/switches.ts';
import { openTable, type Table } from '../../functions/store/table.ts';
import { seedTokenKeys } from '../../functions/store/token-keys.ts';
import { createTable, openStream } from '../../infra/local/create-table.ts';
import { type ApiAnswer, askApi } from '../../infra/local/read-stream.ts';
import { type Asked, startServer } from '../aws/server.ts';
import { verifySignature } from '../aws/verify.ts';
import { AUTHOR, peer, policy, startTable, subscriber } from '../store/fixtures.ts';
import { fits } from './event-pattern.ts';
import { packageService, type Template } from './package.ts';

/*
 * docs/events.md: the deployed bundle is given what a real stream brought and the deployed filter let
 * through, and tells it to a server that stands for EventBridge.
 */

type Handler = (event: object) => Promise<DynamoDBBatchResponse>;
type Records = DynamoDBStreamEvent['Records'];
interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
  readonly EventBusName: string;
}

const ENVIRONMENT = {
  DIVERT_TABLE: 'divert-prod',
  DIVERT_STAGE: 'prod',
  DIVERT_EVENT_BUS: 'voice',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKID',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
};
const DOMAIN = 'example.com';

/** How EventBridge answers next; it takes everything unless told. */
type Answer = (count: number) => { readonly status?: number; readonly body: object };
let answers: Answer[] = [];
let bus: Awaited<ReturnType<typeof startServer>>;
let handler: Handler;
let output = '';
beforeAll(async () => {
  bus = await startServer((response, { body }) => {
    const count = JSON.parse(body).Entries.length;
    const answer = answers.shift() ?? taken;
    const { status = 200, body: said } = answer(count);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(said));
  });
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', bus.url.href);
  const bundle = new URL('../../dist/changes/index.mjs', import.meta.url);
  ({ handler } = await import(pathToFileURL(bundle.pathname).href));
  vi.unstubAllEnvs();
});
afterAll(() => bus.stop());
beforeEach(() => {
  output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  answers = [];
  bus.asked.splice(0);
});

const taken: Answer = (count) => ({
  body: {
    FailedEntryCount: 0,
    Entries: Array.from({ length: count }, (_, i) => ({ EventId: `${i}` })),
  },
});

const entriesOf = (asked: readonly Asked[]): Entry[] =>
  asked.flatMap(({ body }) => JSON.parse(body).Entries);
const toldOf = (asked: readonly Asked[]) =>
  entriesOf(asked).map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail)] as const);

/** A record of the stream as Lambda's guide shows one, of a history's entry. */
function recordOf(pk: string, number: number, more: object = {}): Records[number] {
  return {
    eventID: `${number}`,
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    dynamodb: {
      ApproximateCreationDateTime: 1_795_895_282,
      Keys: { pk: { S: pk }, sk: { S: '2026-11-28T10:00:00.000Z' } },
      NewImage: {
        pk: { S: pk },
        sk: { S: '2026-11-28T10:00:00.000Z' },
        version: { N: `${number}` },
        at: { S: '2026-11-28T10:00:00.000Z' },
        who: { S: 'ada' },
        from: { S: '192.0.2.7' },
        action: { S: 'put' },
        before: { B: 'GwAA' },
        expires: { N: '1830000000' },
        ...more,
      },
      SequenceNumber: `${number}00000000001`,
      SizeBytes: 300,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: 'arn:aws:dynamodb:eu-central-1:123456789012:table/divert-prod/stream/2026',
  };
}
const users = (count: number, from = 1): Records =>
  Array.from({ length: count }, (_, i) => recordOf(`HISTORY#${DOMAIN}#u${from + i}`, from + i));

describe('the function', () => {
  test('tells a change, and nothing of what is set', async () => {
    const Records = [recordOf(`HISTORY#${DOMAIN}#bob`, 7, { part: { S: 'phone' } })];
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
    const [asked] = bus.asked as [Asked];
    const { body, headers } = asked;
    expect(JSON.parse(body)).toEqual({
      Entries: [
        {
          EventBusName: 'voice',
          Source: 'divert.prod',
          DetailType: 'Phone Settings Changed',
          Time: Date.UTC(2026, 10, 28, 10) / 1000,
          Detail: expect.any(String),
        },
      ],
    });
    expect(toldOf(bus.asked)[0]?.[1]).toEqual({
      domain: DOMAIN,
      user: 'bob',
      version: 7,
      at: '2026-11-28T10:00:00.000Z',
      who: 'ada',
      action: 'put',
    });
    // API reference of EventBridge, "PutEvents": its target, and JSON 1.1.
    expect(headers).toMatchObject({
      'x-amz-target': 'AWSEvents.PutEvents',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-security-token': 'token',
    });
    const request = { method: 'POST', path: '/', headers, body };
    expect(verifySignature(request, 'secret')).toBe('eu-central-1/events');
    expect(() => verifySignature({ ...request, body: `${body} ` }, 'secret')).toThrow();
  });

  test.each([
    ['an entry that goes, by its time-to-live', { eventName: 'REMOVE' as const }, {}],
    ['one that a restore has copied', {}, { copied: { BOOL: true } }],
  ])('tells nothing of %s', async (_, record, item) => {
    const Records = [{ ...recordOf(`HISTORY#${DOMAIN}#bob`, 7, item), ...record }];
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
    expect(bus.asked).toEqual([]);
  });

  test.each(['ROUTE#example.com#bob', `DOMAIN#${DOMAIN}`, 'SEARCH'])(
    'nor of %s, were it passed on',
    async (pk) => {
      expect(await handler({ Records: [recordOf(pk, 1)] })).toEqual({ batchItemFailures: [] });
      expect(bus.asked).toEqual([]);
    },
  );

  test('puts ten at a time, in their order', async () => {
    expect(await handler({ Records: users(23) })).toEqual({ batchItemFailures: [] });
    expect(bus.asked.map(({ body }) => JSON.parse(body).Entries.length)).toEqual([10, 10, 3]);
    expect(toldOf(bus.asked).map(([, { user }]) => user)).toEqual(
      Array.from({ length: 23 }, (_, i) => `u${i + 1}`),
    );
  });

  describe('has the rest brought again', () => {
    test.each([
      [
        'where EventBridge takes not all of a request',
        () => ({
          body: {
            FailedEntryCount: 2,
            Entries: [
              { EventId: '1' },
              { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' },
              { EventId: '3' },
              { ErrorCode: 'InternalFailure' },
            ],
          },
        }),
        '1200000000001',
        'told later: ThrottlingException',
      ],
      [
        'where it refuses the request',
        () => ({ status: 400, body: { __type: 'ThrottlingException' } }),
        '1100000000001',
        'told later: ThrottlingException, Events answered 400',
      ],
      [
        'where it fails',
        () => ({ status: 500, body: { __type: 'InternalException' } }),
        '1100000000001',
        'told later: InternalException',
      ],
      ['where what answers is not EventBridge', () => ({ body: {} }), '1100000000001', 'no answer'],
    ])('%s', async (_, answer, itemIdentifier, said) => {
      answers = [taken, answer];
      const Records = users(25);
      expect(await handler({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier }] });
      // What comes behind it waits its turn.
      expect(bus.asked).toHaveLength(2);
      await vi.waitFor(() => expect(output).toContain(said));
      const from = Records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier);
      expect(await handler({ Records: Records.slice(from) })).toEqual({ batchItemFailures: [] });
      const told = new Set(toldOf(bus.asked).map(([, { user }]) => user));
      expect([...told].sort()).toEqual(
        users(25)
          .map((_, i) => `u${i + 1}`)
          .sort(),
      );
    });

    test('and goes on behind an entry that it cannot read, which is logged', async () => {
      const [one, two, three] = users(3) as [Records[0], Records[0], Records[0]];
      const broken = {
        ...two,
        dynamodb: { ...two.dynamodb, NewImage: { pk: { S: 'HISTORY#a#b' } } },
      };
      expect(await handler({ Records: [one, broken, three] })).toEqual({ batchItemFailures: [] });
      expect(toldOf(bus.asked).map(([, { user }]) => user)).toEqual(['u1', 'u3']);
      await vi.waitFor(() => expect(output).toContain('a change is not told'));
      expect(output).toContain('"level":"error"');
    });
  });
});

describe('switched on', () => {
  let template: Template;
  let other: Template;
  const ARN =
    'arn:aws:dynamodb:eu-central-1:123456789012:table/mine/stream/2026-11-28T10:00:00.000';
  beforeAll(async () => {
    [{ template }, { template: other }] = await Promise.all([
      packageService({ events: 'on', eventBus: 'voice', secondRegion: 'eu-west-1' }),
      packageService({ events: 'on', tableName: 'mine', tableStream: ARN }),
    ]);
  }, 120_000);
  const source = (of = template) =>
    of.Resources.ChangesSource?.Properties as Record<string, unknown>;
  /** What Lambda passes on to the function. */
  const passed = (records: Records): Records => {
    const { Filters } = source().FilterCriteria as { Filters: { Pattern: string }[] };
    return records.filter((record) =>
      Filters.some(({ Pattern }) => fits(JSON.parse(Pattern), record)),
    );
  };

  test('the function gets what the stream of the table brings', () => {
    expect(source()).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      FunctionName: { Ref: 'ChangesLambdaFunction' },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Untold', 'Arn'] } } },
    });
    expect(template.Resources.ChangesLambdaFunction?.Properties.Environment).toMatchObject({
      Variables: { DIVERT_EVENT_BUS: 'voice', DIVERT_STAGE: 'dev' },
    });
    expect(source(other).EventSourceArn).toBe(ARN);
  });

  describe('of everything that is written', () => {
    let table: Table & { database: { endpoint: string; stop(): Promise<void> } };
    let brought: Records;
    beforeAll(async () => {
      table = await startTable();
      await openStream(table.client, table.name);
      await writeAll(table);
      brought = await streamOf(table.database.endpoint, table.name);
    });
    afterAll(() => table.database.stop());

    test('histories alone are passed on, and each is told once, in order', async () => {
      const records = passed(brought);
      const kinds = (of: Records) =>
        new Set(of.map(({ dynamodb }) => dynamodb?.Keys?.pk?.S?.split('#')[0]));
      expect([...kinds(records)]).toEqual(['HISTORY']);
      expect([...kinds(brought)]).toEqual(expect.arrayContaining(['ROUTE', 'DOMAIN', 'PEERS']));

      expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] });
      const whose = { who: 'test', at: expect.any(String), action: 'put' };
      const bob = { ...whose, domain: DOMAIN, user: 'bob' };
      expect(toldOf(bus.asked)).toEqual([
        ['Policy Changed', { ...whose, domain: DOMAIN, version: 1 }],
        ['Subscriber Changed', { ...bob, version: 1 }],
        ['Phone Settings Changed', { ...bob, version: 2 }],
        ['Subscriber Changed', { ...bob, version: 3 }],
        ['Subscriber Changed', { ...bob, version: 4 }],
        ['Switches Changed', { ...whose, domain: DOMAIN, version: 1 }],
        ['Peer Changed', { ...whose, peer: 'edge', version: 1 }],
        ['Token Keys Changed', { ...whose, version: 1 }],
        ['Subscriber Changed', { ...bob, version: 5, action: 'delete' }],
        ['History Forgotten', { ...whose, domain: DOMAIN, version: 1, action: 'delete' }],
      ]);
      // Nothing of what is set: no number, no rule, no key.
      expect(JSON.stringify(entriesOf(bus.asked))).not.toMatch(/1001|\+49|reject|secret/);
    });

    test('a table that a restore gives its history back tells nothing of it', async () => {
      const restored = openTable(table.client, 'divert-restored');
      await createTable(table.client, restored.name);
      await openStream(table.client, restored.name);
      // Bob's five are erased.
      expect(await copyPast(table, restored)).toBe(5);
      const records = passed(await streamOf(table.database.endpoint, restored.name));
      expect(records).toHaveLength(5);
      expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] });
      expect(bus.asked).toEqual([]);
    });
  });

  test('what is gone by its time-to-live is not passed on', () => {
    const { dynamodb, ...record } = recordOf(`HISTORY#${DOMAIN}#bob`, 1);
    const { NewImage: OldImage, ...rest } = dynamodb ?? {};
    expect(passed([{ ...record, eventName: 'REMOVE', dynamodb: { ...rest, OldImage } }])).toEqual(
      [],
    );
    expect(passed([recordOf(`HISTORY#${DOMAIN}#bob`, 1)])).toHaveLength(1);
  });
});

describe('docs/events.md', () => {
  const text = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
  const [sample = {}, ...patterns] = [...text.matchAll(/```json\n([^`]*)```/g)].map(
    ([, json = '']) => JSON.parse(json) as object,
  );

  /** An event of each kind, as EventBridge passes it to rules. */
  async function eventsOf(who: string): Promise<Record<string, unknown>[]> {
    const by = { who: { S: who } };
    const Records = [
      recordOf(`HISTORY#${DOMAIN}`, 1, by),
      recordOf(`HISTORY#${DOMAIN}#bob`, 2, by),
      recordOf(`HISTORY#${DOMAIN}#bob`, 7, { ...by, part: { S: 'phone' } }),
      recordOf(`HISTORY#SWITCHES#${DOMAIN}`, 4, by),
      recordOf('HISTORY#PEERS#edge', 5, by),
      recordOf('HISTORY#TOKEN', 6, by),
      recordOf(`HISTORY#FORGOTTEN#${DOMAIN}`, 1, { ...by, action: { S: 'delete' } }),
      recordOf('HISTORY#example.net#zoe', 7, by),
    ];
    await handler({ Records });
    return entriesOf(bus.asked.splice(0)).map(({ Source, DetailType, Detail, Time }) => ({
      source: Source,
      'detail-type': DetailType,
      time: new Date(Time * 1000).toISOString().replace('.000', ''),
      detail: JSON.parse(Detail),
    }));
  }

  test('shows an event as it is', async () => {
    expect(await eventsOf('bob')).toContainEqual(sample);
  });

  test('names every kind', async () => {
    const named = [...text.matchAll(/^\| `([\w ]+)` \|/gm)].map(([, type]) => type);
    const types = (await eventsOf('ada')).map((event) => event['detail-type']);
    expect(named.sort()).toEqual([...new Set(types)].sort());
  });

  test.each([
    ['a lamp', 0, ['Subscriber Changed', 'Phone Settings Changed']],
    ['a mail', 1, ['Switches Changed']],
    ['a webhook', 2, ['Peer Changed', 'Token Keys Changed']],
  ])('has the pattern of %s', async (_, index, types) => {
    const pattern = patterns[index] as object;
    const found = (await eventsOf('ada')).filter((event) => fits(pattern, event));
    expect(found.map((event) => event['detail-type'])).toEqual(types);
  });

  test('and one that leaves out what a pipeline did', async () => {
    const events = await eventsOf('pipeline');
    expect(events.filter((event) => fits(patterns[2] as object, event))).toEqual([]);
  });
});

test('in a second region nothing is told, as the first tells it', async () => {
  const { template } = await packageService({ events: 'on', homeRegion: 'eu-west-1' });
  expect(template.Resources.ChangesSource).toBeUndefined();
  expect(template.Resources.ChangesLambdaFunction).toBeUndefined();
  expect(template.Outputs.Switches?.Value).toBe('shift');
}, 60_000);

const STREAM = 'arn:aws:dynamodb:eu-central-1:123456789012:table/mine/stream/2026';
test.each([
  [{ events: 'yes' }, '--param events: "yes" is not on or off'],
  [
    { events: 'on', eventBus: 'a bus' },
    '--param eventBus: "a bus" is not the name of an event bus',
  ],
  [{ events: 'on', tableName: 'mine' }, '--param events: of a table that is there already need'],
  [{ tableStream: STREAM }, '--param tableStream: needs --param tableName'],
  [{ tableName: 'other', tableStream: STREAM }, '--param tableStream: is not of the table other'],
  [
    { tableName: 'mine', tableStream: STREAM.replace('eu-central-1', 'eu-west-1') },
    '--param tableStream: is in eu-west-1: in eu-central-1 only',
  ],
])(
  '%j is refused',
  async (params, message) => {
    await expect(packageService(params)).rejects.toThrow(message);
  },
  60_000,
);

/** A change of each kind, by those who write them. */
async function writeAll(table: Table): Promise<void> {
  const change = (next: object | undefined) =>
    changeSubscribers(table, DOMAIN, [{ user: 'bob', next: next as never }], AUTHOR);
  const bob = subscriber('bob', ['1001']);
  const phone = { settings: { busy: { to: '+4930123456' } }, rules: [] };
  await changePolicy(table, DOMAIN, { source: {}, compiled: policy(DOMAIN) }, AUTHOR);
  await change(bob);
  await change({ ...bob, phone });
  // Rules and settings at once, as where an alias goes that a setting names; then rules alone.
  await change({ ...subscriber('bob', ['1002']), phone: { settings: {}, rules: [] } });
  await change(subscriber('bob', ['1002'], 603));
  // What changes nothing tells nothing.
  await change(subscriber('bob', ['1002'], 603));
  await setSwitch(table, DOMAIN, 'night', true, AUTHOR);
  await changePeer(
    table,
    { name: 'edge', next: { source: {}, compiled: peer('edge', DOMAIN) } },
    AUTHOR,
  );
  await seedTokenKeys(table, AUTHOR);
  await change(undefined);
  await forgetSubscriber(table, DOMAIN, 'bob', AUTHOR);
}

/** Everything that a table's stream has. */
async function streamOf(endpoint: string, table: string): Promise<Records> {
  // Of whichever answer it is, what is asked for is there.
  const ask = async (target: string, body: object) =>
    (await askApi(endpoint, target, body)) as Required<ApiAnswer> & { readonly Records: Records };
  const streams = (name: string, body: object) => ask(`DynamoDBStreams_20120810.${name}`, body);
  const { Table } = await ask('DynamoDB_20120810.DescribeTable', { TableName: table });
  const StreamArn = Table.LatestStreamArn;
  const { StreamDescription } = await streams('DescribeStream', { StreamArn });
  const records: Records = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let { ShardIterator } = await streams('GetShardIterator', from);
    for (let last = false; !last; ) {
      const page = await streams('GetRecords', { ShardIterator });
      records.push(...page.Records);
      ShardIterator = page.NextShardIterator;
      last = page.Records.length === 0 || ShardIterator === undefined;
    }
  }
  return records;
}
