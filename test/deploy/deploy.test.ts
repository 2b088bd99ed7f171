import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, test } from 'vitest';
import { readArguments, switchesOf } from '../../infra/pipeline/deploy.ts';
import { switchedOff } from '../../infra/pipeline/switched-off.ts';

describe('a deployment', () => {
  test.each<[string, string | undefined, string, string[], string | undefined]>([
    ['the first', undefined, 'shift', [], undefined],
    ['of a stack that tells nothing yet', undefined, 'none', [], undefined],
    ['without a change', 'alarms trustStore', 'alarms trustStore', [], undefined],
    ['that adds', 'none', 'trustStore', [], undefined],
    ['that forgot mutual TLS', 'alarms trustStore', 'alarms', [], 'would switch off trustStore:'],
    ['that means it', 'alarms trustStore', 'alarms', ['trustStore'], undefined],
    ['that means another', 'alarms trustStore', 'none', ['trustStore'], 'add --switch-off alarms'],
    ['that says off and has it on', 'alarms', 'alarms', ['alarms'], 'the settings have it on'],
  ])('%s', (_, before, after, named, stop) => {
    const said = switchedOff(before, after, named);
    if (stop === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(stop);
  });
});

test('what is for us is taken out of what is for osls', () => {
  expect(
    readArguments([
      '--stage',
      'prod',
      '--switch-off',
      'shift',
      '--param=a=1',
      '--switch-off=alarms',
    ]),
  ).toEqual({ named: ['shift', 'alarms'], rest: ['--stage', 'prod', '--param=a=1'] });
  expect(() => readArguments(['--switch-off'])).toThrow('--switch-off NAME');
});

describe('what is on in the stack', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());
  /** CloudFormation's query API, which answers this. */
  async function answering(status: number, body: string): Promise<CloudFormationClient> {
    server = createServer((_, response) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body),
    );
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return new CloudFormationClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
  }
  const stack = (outputs: string) =>
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>divert-prod</StackName>${outputs}</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  const refusal = (code: string, message: string) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

  test('is its output', async () => {
    const outputs =
      '<Outputs><member><OutputKey>Switches</OutputKey><OutputValue>alarms shift</OutputValue></member></Outputs>';
    expect(await switchesOf(await answering(200, stack(outputs)), 'divert-prod')).toBe(
      'alarms shift',
    );
  });

  test('is nothing where there is no stack', async () => {
    const client = await answering(
      400,
      refusal('ValidationError', 'Stack with id divert-prod does not exist'),
    );
    expect(await switchesOf(client, 'divert-prod')).toBeUndefined();
  });

  test('is unknown where it may not be read: no deployment then', async () => {
    const client = await answering(403, refusal('AccessDenied', 'no'));
    await expect(switchesOf(client, 'divert-prod')).rejects.toThrow('no');
  });
});
