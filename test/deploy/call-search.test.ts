import { beforeAll, describe, expect, test } from 'vitest';
import { packageService, type Template } from './package.ts';

/** docs/admin-api.md#finding-calls: what the search of the log may do, and only where it is on. */

let template: Template;
const properties = (name: string) => template.Resources[name]?.Properties as Record<string, never>;
const environment = () =>
  (properties('AdminLambdaFunction').Environment as never as { Variables: object }).Variables;

describe('switched on, in two regions', () => {
  beforeAll(async () => {
    const chimePeer = 'a'.repeat(64);
    const settings = { callSearch: 'helpdesk', callSearchGb: 2.5, secondRegion: 'eu-west-1' };
    template = (await packageService({ ...settings, chimePeer })).template;
  }, 120_000);

  test('the admin function knows where calls are logged', () => {
    expect(environment()).toMatchObject({
      DIVERT_CALL_SEARCH: 'helpdesk',
      DIVERT_CALL_SEARCH_GB: '2.5',
      DIVERT_LOG_GROUPS:
        '/aws/lambda/divert-dev-route /aws/lambda/divert-dev-dialect /aws/lambda/divert-dev-chime',
      DIVERT_LOG_REGIONS: 'eu-central-1 eu-west-1',
    });
    for (const name of ['Route', 'Dialect', 'Chime']) {
      const group = `/aws/lambda/divert-dev-${name.toLowerCase()}`;
      expect(properties(`${name}LogGroup`)).toMatchObject({ LogGroupName: group });
    }
  });

  test('and may query these alone', () => {
    const policy = properties('CallSearch') as unknown as {
      Roles: unknown;
      PolicyDocument: { Statement: { Action: string; Resource: unknown; Condition?: unknown }[] };
    };
    expect(policy.Roles).toEqual([{ Ref: 'AdminRole' }]);
    const { Statement } = policy.PolicyDocument;
    const arns = ['eu-central-1', 'eu-west-1'].flatMap((region) =>
      ['route', 'dialect', 'chime'].map((name) => ({
        'Fn::Sub': `arn:\${AWS::Partition}:logs:${region}:\${AWS::AccountId}:log-group:/aws/lambda/divert-dev-${name}:*`,
      })),
    );
    expect(Statement.map(({ Action }) => Action)).toEqual([
      ...['logs:StartQuery', 'logs:GetQueryResults', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    ]);
    expect(Statement[0]?.Resource).toEqual(arns);
    const items = Statement.slice(2).map(({ Condition }) => Condition);
    expect(items).toEqual([
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SEARCH', 'SEARCHED#*'] } },
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'SEARCHED#*' } },
    ]);
  });
});

test('switched off, as it is unless told, nobody may', async () => {
  ({ template } = await packageService());
  expect(template.Resources.CallSearch).toBeUndefined();
  expect(environment()).toMatchObject({ DIVERT_CALL_SEARCH: 'off' });
}, 120_000);

test.each([
  [{ callSearch: 'on' }, '--param callSearch: "on" is not off, helpdesk or all'],
  [{ callSearchGb: 'much' }, '--param callSearchGb: "much" is not gigabytes'],
])(
  '%j is refused',
  async (params, message) => {
    await expect(packageService(params)).rejects.toThrow(message);
  },
  60_000,
);
