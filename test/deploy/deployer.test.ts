import { beforeAll, describe, expect, test } from 'vitest';
import { accountIn, partitionOf } from '../../infra/pipeline/deployer-policy.ts';
import { deployerRights, type Statement } from '../../infra/pipeline/deployer-rights.ts';
import { packageService, type Template } from './package.ts';

/* Who deploys may make what is deployed, of this stack, and nothing else. */

const where = {
  stack: 'divert-dev',
  region: 'eu-central-1',
  account: '123456789012',
  partition: 'aws',
};
const BOUNDARY = 'arn:aws:iam::123456789012:policy/bounds';

let full: Template;
let other: Template;
let statements: Statement[];
beforeAll(async () => {
  const packages = await Promise.all([
    packageService({
      secondRegion: 'eu-west-1',
      domainName: 'divert.example.com',
      certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/1234',
      trustStore: 's3://example-trust/edges.pem',
      jwtIssuer: 'https://id.example.com/',
      jwtAudience: 'divert',
      chimePeer: 'a'.repeat(64),
      stirKeys: 'carrier',
      accessLog: 'on',
      events: 'on',
      alarmEmail: 'ops@example.com',
      permissionsBoundary: BOUNDARY,
      tags: 'team=voice',
    }),
    packageService({
      functionUrl: 'on',
      reservedConcurrency: 5,
      provisionedConcurrency: 1,
      shift: 'off',
    }),
  ]);
  [full, other] = packages.map(({ template }) => template) as [Template, Template];
  statements = deployerRights(full, where);
}, 300_000);

/** The resources of a statement. */
const of = (sid: string): readonly string[] =>
  [statements.find(({ Sid }) => Sid === sid)?.Resource ?? []].flat();

describe('with every switch on', () => {
  test('each statement is about this stack', () => {
    expect(Object.fromEntries(statements.map(({ Sid }) => [Sid, of(Sid)]))).toEqual({
      Stack: ['arn:aws:cloudformation:eu-central-1:123456789012:stack/divert-dev/*'],
      Nameless: ['*'],
      Bucket: [
        'arn:aws:s3:::divert-dev-serverlessdeploymentb*',
        'arn:aws:s3:::divert-dev-serverlessdeploymentb*/*',
      ],
      Functions: ['arn:aws:lambda:eu-central-1:123456789012:function:divert-dev-*'],
      EventSourceMade: ['*'],
      EventSource: ['arn:aws:lambda:eu-central-1:123456789012:event-source-mapping:*'],
      EventSourceTags: ['arn:aws:lambda:eu-central-1:123456789012:event-source-mapping:*'],
      Queue: ['arn:aws:sqs:eu-central-1:123456789012:divert-dev-untold'],
      Logs: [
        'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/divert-dev-*',
        'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/divert-dev-access*',
      ],
      Roles: ['arn:aws:iam::123456789012:role/divert-dev-*'],
      RolesOtherwise: ['arn:aws:iam::123456789012:role/divert-dev-*'],
      ManagedPolicies: ['arn:aws:iam::123456789012:role/divert-dev-*'],
      RolesHandedOver: ['arn:aws:iam::123456789012:role/divert-dev-*'],
      ServiceRoles: [
        'arn:aws:iam::123456789012:role/aws-service-role/replication.dynamodb.amazonaws.com/*',
        'arn:aws:iam::123456789012:role/aws-service-role/ops.apigateway.amazonaws.com/*',
      ],
      Api: ['/apis', '/apis/*', '/tags/*'].map(
        (path) => `arn:aws:apigateway:eu-central-1::${path}`,
      ),
      DomainName: [
        'arn:aws:apigateway:eu-central-1::/domainnames',
        'arn:aws:apigateway:eu-central-1::/domainnames/divert.example.com',
        'arn:aws:apigateway:eu-central-1::/domainnames/divert.example.com/apimappings*',
      ],
      TrustStore: ['arn:aws:s3:::example-trust/edges.pem'],
      Table: ['eu-central-1', 'eu-west-1'].map(
        (region) => `arn:aws:dynamodb:${region}:123456789012:table/divert-dev`,
      ),
      Alarms: ['arn:aws:cloudwatch:eu-central-1:123456789012:alarm:divert-dev-*'],
      Dashboard: ['arn:aws:cloudwatch::123456789012:dashboard/divert-dev-eu-central-1'],
      Schedule: [
        'arn:aws:scheduler:eu-central-1:123456789012:schedule/default/divert-dev-calendars',
      ],
      AlarmTopic: ['arn:aws:sns:eu-central-1:123456789012:divert-dev-*'],
      Shift: [
        'arn:aws:codedeploy:eu-central-1:123456789012:application:divert-dev-*',
        'arn:aws:codedeploy:eu-central-1:123456789012:deploymentgroup:divert-dev-*/*',
        'arn:aws:codedeploy:eu-central-1:123456789012:deploymentconfig:CodeDeployDefault.*',
      ],
    });
  });

  test('no action is a pattern, and none writes rules of calls or takes a role', () => {
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    for (const right of [
      'sts:AssumeRole',
      'iam:CreateUser',
      'iam:CreatePolicy',
      'ssm:GetParameter',
    ]) {
      expect(actions).not.toContain(right);
    }
  });

  test('what stands under * knows no resource', () => {
    expect(statements.find(({ Resource }) => Resource === '*')?.Action).toEqual([
      'cloudformation:ValidateTemplate',
      ...['DescribeLogGroups', 'DescribeIndexPolicies'].map((name) => `logs:${name}`),
      'codedeploy:StopDeployment',
      ...['Create', 'Get', 'Update', 'Delete'].map((what) => `logs:${what}LogDelivery`),
      ...['ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies'].map(
        (name) => `logs:${name}`,
      ),
    ]);
  });

  test('a stream is connected to functions of this stack only', () => {
    const made = statements.filter(({ Sid }) => /^EventSource(?:Made)?$/.test(Sid));
    const ours = 'arn:aws:lambda:eu-central-1:123456789012:function:divert-dev-*';
    expect(made.map(({ Condition }) => Condition)).toEqual(
      Array(2).fill({ ArnLike: { 'lambda:FunctionArn': ours } }),
    );
  });

  test('roles are made with the boundary only, and handed to the services that take them', () => {
    const condition = (sid: string) => statements.find(({ Sid }) => Sid === sid)?.Condition;
    const bounded = { StringEquals: { 'iam:PermissionsBoundary': BOUNDARY } };
    expect(condition('Roles')).toEqual(bounded);
    expect(condition('ManagedPolicies')).toEqual({
      ArnEquals: {
        'iam:PolicyARN': ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited'],
      },
      ...bounded,
    });
    expect(condition('RolesHandedOver')).toEqual({
      StringEquals: {
        'iam:PassedToService': ['codedeploy', 'lambda', 'scheduler'].map(
          (name) => `${name}.amazonaws.com`,
        ),
      },
    });
  });

  test('fits where IAM keeps policies of a role: 10,240 characters', () => {
    expect(JSON.stringify({ Version: '2012-10-17', Statement: statements }).length).toBeLessThan(
      10_240,
    );
  });
});

test('what is switched off needs no right', () => {
  const rights = deployerRights(other, where);
  expect(rights.map(({ Sid }) => Sid)).toEqual([
    ...['Stack', 'Nameless', 'Bucket', 'Functions', 'Logs', 'Roles', 'RolesOtherwise'],
    ...['RolesHandedOver', 'Api', 'Table', 'Alarms', 'Dashboard', 'Schedule'],
  ]);
  const actions = rights.flatMap(({ Action }) => Action);
  expect(actions).toContain('lambda:CreateFunctionUrlConfig');
  expect(actions).not.toContain('dynamodb:PutItem');
});

test('a type for which nothing is written down is told', () => {
  const template = { Resources: { Flow: { Type: 'AWS::Kinesis::Stream', Properties: {} } } };
  expect(() => deployerRights(template, where)).toThrow(
    'Flow: no rights are written down for AWS::Kinesis::Stream',
  );
});

test.each([
  [
    ['--account', '123456789012', '--stage', 'prod'],
    ['--stage', 'prod'],
  ],
  [['--stage=prod', '--account=123456789012'], ['--stage=prod']],
])('%j', (args, rest) => {
  expect(accountIn(args)).toEqual({ account: '123456789012', rest });
});

test.each([[['--stage', 'prod']], [['--account', '12']], [['--account']]])(
  '%j is refused',
  (args) => {
    expect(() => accountIn(args)).toThrow('--account: give the twelve digits');
  },
);

test.each([
  ['eu-central-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
])('%s is in %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
