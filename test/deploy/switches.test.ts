import { describe, expect, test } from 'vitest';
import { packageService, resources, type Template } from './package.ts';
import { validate } from './validate.ts';

/*
 * Every option of serverless.yml, packaged without credentials and validated, and what it
 * changes in the template.
 */

const CERTIFICATE =
  'arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const PEER = 'ab'.repeat(32);
const CONNECTOR = 'arn:aws:chime:us-east-1:123456789012:vc/abcdefghijklmnop';
const NO_VALUE = { Ref: 'AWS::NoValue' };

interface Case {
  name: string;
  params: Record<string, string | number>;
  expected: (template: Template) => void;
}

const cases: Case[] = [
  {
    name: 'nothing: the defaults',
    params: {},
    expected: (template) => {
      expect(routes(template)).toEqual({
        'POST /v1/route': 'Route',
        'ANY /v1/route/{dialect}': 'Dialect',
        'ANY /v1/route/{dialect}/{key+}': 'Dialect',
        'POST /v1/explain': 'Explain',
        'POST /v1/feature': 'Feature',
        'ANY /v1/iam/domains/{path+}': 'Admin AWS_IAM',
        'ANY /v1/iam/peers': 'Admin AWS_IAM',
        'ANY /v1/iam/peers/{path+}': 'Admin AWS_IAM',
        $default: 'Explain',
      });
      expect(template.Resources.Table).toMatchObject({
        Type: 'AWS::DynamoDB::GlobalTable',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
          Replicas: [
            {
              Region: { Ref: 'AWS::Region' },
              DeletionProtectionEnabled: true,
              PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            },
          ],
        },
      });
      for (const [name, { Properties }] of Object.entries(
        resources(template, 'AWS::Lambda::Function'),
      )) {
        expect(Properties, name).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x' });
        expect(Properties.TracingConfig, 'a trace could hold a path with a key').toBeUndefined();
      }
      for (const { Properties } of Object.values(resources(template, 'AWS::Logs::LogGroup'))) {
        expect(Properties.RetentionInDays).toBe(30);
      }
      const stage = template.Resources.HttpApiStage?.Properties;
      expect(stage).toMatchObject({
        DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 },
      });
      expect(stage?.AccessLogSettings, 'a path may hold a key').toBeUndefined();
      expect(template.Resources.HttpApi?.Properties.DisableExecuteApiEndpoint).toBe(false);
      for (const alias of Object.values(resources(template, 'AWS::Lambda::Alias'))) {
        expect(alias.Properties.ProvisionedConcurrencyConfig).toEqual(NO_VALUE);
      }
      for (const alarm of Object.values(resources(template, 'AWS::CloudWatch::Alarm'))) {
        expect(alarm.Properties.AlarmActions).toEqual(NO_VALUE);
      }
    },
  },
  {
    name: 'always warm, and limited',
    params: { provisionedConcurrency: 5, provisionedDialect: 2, reservedConcurrency: 50 },
    expected: ({ Resources }) => {
      expect(Resources.RouteProvConcLambdaAlias?.Properties.ProvisionedConcurrencyConfig).toEqual({
        ProvisionedConcurrentExecutions: 5,
      });
      expect(Resources.DialectProvConcLambdaAlias?.Properties.ProvisionedConcurrencyConfig).toEqual(
        { ProvisionedConcurrentExecutions: 2 },
      );
      expect(Resources.RouteLambdaFunction?.Properties.ReservedConcurrentExecutions).toBe(50);
      expect(Resources.DialectLambdaFunction?.Properties.ReservedConcurrentExecutions).toBe(50);
    },
  },
  {
    name: 'a replica in a second region',
    params: { secondRegion: 'eu-west-1' },
    expected: ({ Resources }) => {
      const replica = {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      };
      expect(Resources.Table?.Properties.Replicas).toEqual([
        { Region: { Ref: 'AWS::Region' }, ...replica },
        { Region: 'eu-west-1', ...replica },
      ]);
    },
  },
  {
    name: 'the second region itself: reads the replica, changes nothing',
    params: { homeRegion: 'eu-west-1' },
    expected: (template) => {
      expect(Object.keys(resources(template, 'AWS::Lambda::Function'))).toEqual([
        'RouteLambdaFunction',
        'DialectLambdaFunction',
        'ExplainLambdaFunction',
      ]);
      expect(template.Resources).not.toHaveProperty('Table');
      expect(template.Outputs.TableName?.Value).toBe('divert-dev');
    },
  },
  {
    name: 'a host name of its own',
    params: { domainName: 'divert.example.com', certificate: CERTIFICATE },
    expected: ({ Resources }) => {
      expect(Resources.Domain?.Properties).toMatchObject({
        DomainName: 'divert.example.com',
        MutualTlsAuthentication: NO_VALUE,
      });
      expect(Resources.HttpApi?.Properties.DisableExecuteApiEndpoint).toBe(false);
    },
  },
  {
    name: 'mutual TLS: no way past it',
    params: {
      domainName: 'divert.example.com',
      certificate: CERTIFICATE,
      trustStore: 's3://example-trust/edges.pem',
    },
    expected: ({ Resources }) => {
      expect(Resources.Domain?.Properties.MutualTlsAuthentication).toEqual({
        TruststoreUri: 's3://example-trust/edges.pem',
      });
      expect(Resources.HttpApi?.Properties.DisableExecuteApiEndpoint).toBe(true);
    },
  },
  {
    name: 'the admin API by token',
    params: { jwtIssuer: 'https://id.example.com/', jwtAudience: 'divert' },
    expected: (template) => {
      expect(routes(template)).toMatchObject({
        'ANY /v1/domains/{path+}': 'Admin JWT',
        'ANY /v1/peers': 'Admin JWT',
        'ANY /v1/peers/{path+}': 'Admin JWT',
        'ANY /v1/iam/domains/{path+}': 'Admin AWS_IAM',
        'ANY /v1/iam/peers': 'Admin AWS_IAM',
        'ANY /v1/iam/peers/{path+}': 'Admin AWS_IAM',
      });
      expect(template.Resources.HttpApiAuthorizerOperator?.Properties).toMatchObject({
        JwtConfiguration: { Issuer: 'https://id.example.com/', Audience: ['divert'] },
      });
    },
  },
  {
    name: 'Chime, at once instead of by and by, alarms by mail, and all the plain settings',
    params: {
      chimePeer: PEER,
      chimeConnector: CONNECTOR,
      shift: 'off',
      alarmEmail: 'ops@example.com',
      deadlineMs: 300,
      hedgeMs: 40,
      logDays: 90,
      logNumbers: 'on',
      historyDays: 30,
      requestsPerSecond: 200,
      burst: 100,
      silenceSeconds: 600,
    },
    expected: (template) => {
      const { Resources } = template;
      expect(Resources.ChimePermission?.Properties).toMatchObject({
        Principal: 'voiceconnector.chime.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
      });
      expect(resources(template, 'AWS::CodeDeploy::DeploymentGroup')).toEqual({});
      expect(Resources.RouteProvConcLambdaAlias?.UpdatePolicy).toBeUndefined();
      expect(Resources.DegradedAlarm?.Properties.AlarmActions).toEqual([{ Ref: 'AlarmTopic' }]);
      expect(Resources.SilenceAlarm?.Properties.Period).toBe(600);
      expect(Resources.RouteLogGroup?.Properties.RetentionInDays).toBe(90);
      expect(Resources.HttpApiStage?.Properties.DefaultRouteSettings).toEqual({
        ThrottlingRateLimit: 200,
        ThrottlingBurstLimit: 100,
      });
      const environment = {
        DIVERT_TABLE: 'divert-dev',
        DIVERT_STAGE: 'dev',
        DIVERT_DEADLINE_MS: '300',
        DIVERT_HEDGE_MS: '40',
        DIVERT_LOG_NUMBERS: 'on',
      };
      expect(environments(template)).toEqual({
        RouteLambdaFunction: environment,
        DialectLambdaFunction: { ...environment, DIVERT_SECRETS: '/divert/dev/' },
        ExplainLambdaFunction: environment,
        AdminLambdaFunction: { ...environment, DIVERT_HISTORY_DAYS: '30' },
        FeatureLambdaFunction: { ...environment, DIVERT_HISTORY_DAYS: '30' },
        ChimeLambdaFunction: {
          ...environment,
          DIVERT_CHIME_PEER: PEER,
          DIVERT_CHIME_CONNECTOR: CONNECTOR,
        },
      });
    },
  },
  {
    name: 'a tenth of the calls first, alarms to a topic that is there',
    params: {
      shift: 'Linear10PercentEvery1Minute',
      alarmTopic: 'arn:aws:sns:eu-central-1:123456789012:ops',
    },
    expected: (template) => {
      for (const group of ['ShiftRoute', 'ShiftDialect']) {
        expect(template.Resources[group]?.Properties).toMatchObject({
          DeploymentConfigName: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
          AlarmConfiguration: {
            Enabled: true,
            Alarms: [
              { Name: { Ref: 'ErrorsAlarm' } },
              { Name: { Ref: 'DegradedAlarm' } },
              { Name: { Ref: 'LatencyAlarm' } },
            ],
          },
        });
      }
      expect(template.Resources.RouteProvConcLambdaAlias?.UpdatePolicy).toEqual({
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: 'Shift' },
          DeploymentGroupName: { Ref: 'ShiftRoute' },
        },
      });
      const actions = ['arn:aws:sns:eu-central-1:123456789012:ops'];
      expect(template.Resources.SilenceAlarm?.Properties.AlarmActions).toEqual(actions);
      expect(template.Resources).not.toHaveProperty('AlarmTopic');
    },
  },
];

describe('packaged with', () => {
  test.each(cases)(
    '$name',
    async ({ params, expected }) => {
      const { template, source } = await packageService(params);
      expect(validate(source)).toEqual([]);
      expected(template);
      for (const [name, { Properties }] of Object.entries(
        resources(template, 'AWS::CloudWatch::Dashboard'),
      )) {
        const body = (Properties.DashboardBody as { 'Fn::Sub': string })['Fn::Sub'];
        expect(JSON.parse(body), name).toHaveProperty('widgets');
      }
    },
    60_000,
  );

  test.each([
    [{ deadlinems: 300 }, '--param deadlinems: there is none of this name, only deadlineMs, '],
    [{ deadlineMs: 5000 }, '--param deadlineMs: "5000" is not milliseconds from 50 to 900'],
    [{ jwtIssuer: 'https://id.example.com/' }, '--param jwtIssuer: needs --param jwtAudience'],
    [{ trustStore: 's3://trust/edges.pem' }, '--param trustStore: needs --param domainName'],
    [{ secondRegion: 'eu-central-1' }, '--param secondRegion: eu-central-1 is the region of this'],
    [{ silenceSeconds: 90 }, '--param silenceSeconds: "90" is not a multiple of 60'],
  ])(
    '%o: refused',
    async (params, message) => {
      await expect(packageService(params)).rejects.toThrow(message);
    },
    60_000,
  );
});

/** Route key → function, and how it is authorized where API Gateway does that. */
function routes(template: Template): Record<string, string> {
  return Object.fromEntries(
    Object.values(resources(template, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => {
      const integration = JSON.stringify(Properties.Target).match(/HttpApiIntegration(\w+)/)?.[1];
      const authorization = (Properties.AuthorizationType as string | undefined) ?? '';
      return [Properties.RouteKey, `${integration} ${authorization}`.trim()];
    }),
  );
}

function environments(template: Template): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(resources(template, 'AWS::Lambda::Function')).map(([name, { Properties }]) => [
      name,
      (Properties.Environment as { Variables: unknown }).Variables,
    ]),
  );
}
