import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { serviceIn } from '../../functions/aws/service.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
const FIPS = { AWS_USE_FIPS_ENDPOINT: 'true' };
const DUAL = { AWS_USE_DUALSTACK_ENDPOINT: 'true' };

afterEach(() => vi.unstubAllEnvs());

describe('DynamoDB is where the SDK says', () => {
  const places: [what: string, env: Record<string, string>][] = [
    ['a region', { AWS_REGION: 'eu-central-1' }],
    ['China', { AWS_REGION: 'cn-north-1' }],
    ['GovCloud', { AWS_REGION: 'us-gov-west-1' }],
    ['the European sovereign cloud', { AWS_REGION: 'eusc-de-east-1' }],
    ['FIPS', { AWS_REGION: 'us-east-1', ...FIPS }],
    ['FIPS in GovCloud', { AWS_REGION: 'us-gov-east-1', ...FIPS }],
    ['both IP versions', { AWS_REGION: 'eu-central-1', ...DUAL }],
    ['both IP versions in China', { AWS_REGION: 'cn-northwest-1', ...DUAL }],
    ['FIPS over both IP versions', { AWS_REGION: 'us-east-2', ...FIPS, ...DUAL }],
    ['its own endpoint', { AWS_REGION: 'local', AWS_ENDPOINT_URL_DYNAMODB: 'http://[::1]:8000' }],
    ['everybody’s endpoint', { AWS_REGION: 'local', AWS_ENDPOINT_URL: 'http://gateway.example/x' }],
  ];
  test.each(places)('%s', async (_what, env) => {
    for (const [name, value] of Object.entries({ ...KEYS, ...env })) vi.stubEnv(name, value);
    const { config } = new DynamoDBClient({});
    const sdk = await getEndpointFromInstructions({}, GetItemCommand, { ...config });
    const own = serviceIn(process.env, 'DynamoDb');
    expect(own.url.href).toBe(sdk.url.href);
    const signedFor = sdk.properties?.authSchemes?.[0]?.signingRegion ?? (await config.region());
    expect(own.region).toBe(signedFor);
    const { accessKeyId, secretAccessKey } = await config.credentials();
    expect(await own.credentials()).toEqual({ accessKeyId, secretAccessKey });
  });
});

/** docs.aws.amazon.com/general/latest/gr/ssm.html, and the same page of China's documentation. */
describe('Parameter Store', () => {
  test.each([
    ['eu-central-1', {}, 'https://ssm.eu-central-1.amazonaws.com/'],
    ['cn-north-1', {}, 'https://ssm.cn-north-1.amazonaws.com.cn/'],
    ['us-gov-west-1', {}, 'https://ssm.us-gov-west-1.amazonaws.com/'],
    ['us-gov-west-1', FIPS, 'https://ssm.us-gov-west-1.amazonaws.com/'],
    ['us-east-1', FIPS, 'https://ssm-fips.us-east-1.amazonaws.com/'],
    ['us-iso-east-1', {}, 'https://ssm.us-iso-east-1.c2s.ic.gov/'],
    ['local', { AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
  ])('%s', (region, env, expected) => {
    expect(serviceIn({ ...KEYS, AWS_REGION: region, ...env }, 'Ssm').url.href).toBe(expected);
  });
});

/** docs.aws.amazon.com/general/latest/gr/ev.html; how its endpoint is set: the SDKs' reference guide. */
describe('EventBridge', () => {
  test.each([
    ['eu-central-1', {}, 'https://events.eu-central-1.amazonaws.com/'],
    ['cn-north-1', {}, 'https://events.cn-north-1.amazonaws.com.cn/'],
    ['us-gov-west-1', FIPS, 'https://events.us-gov-west-1.amazonaws.com/'],
    ['us-east-1', FIPS, 'https://events-fips.us-east-1.amazonaws.com/'],
    ['local', { AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
  ])('%s', (region, env, expected) => {
    expect(serviceIn({ ...KEYS, AWS_REGION: region, ...env }, 'Events').url.href).toBe(expected);
  });
});

test.each([
  ['region', KEYS],
  ['credentials', { AWS_REGION: 'eu-central-1' }],
])('says at start that there is no %s', (_, env) => {
  expect(() => serviceIn(env, 'DynamoDb')).toThrow(/is not set/);
});

test('credentials of a role', async () => {
  const env = { ...KEYS, AWS_REGION: 'eu-central-1', AWS_SESSION_TOKEN: 'token' };
  expect(await serviceIn(env, 'Ssm').credentials()).toEqual({
    accessKeyId: 'AKID',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  });
});
