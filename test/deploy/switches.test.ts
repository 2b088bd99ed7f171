import { beforeAll, describe, expect, test } from 'vitest';
import { packageService, resources, type Template } from './package.ts';
import { validate } from './validate.ts';

/*
 * Every option of serverless.yml, packaged without credentials and validated. Options that do not
 * touch each other are packaged together, so that each is seen both on and off in few packages.
 */

const CERTIFICATE =
  'arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:ops';
const PEER = 'ab'.repeat(32);
const CONNECTOR = 'arn:aws:chime:us-east-1:123456789012:vc/abcdefghijklmnop';
const NO_VALUE = { Ref: 'AWS::NoValue' };
const PROTECTED = {
  DeletionProtectionEnabled: true,
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
};

function packaged(params: Record<string, string | number>, stageFile?: string) {
  const found = {} as { template: Template; source: string };
  beforeAll(async () => Object.assign(found, await packageService(params, stageFile)));

  test('is valid', () => {
    expect(validate(found.source)).toEqual([]);
  });

  test('has a dashboard that CloudWatch can read', () => {
    const body = found.template.Resources.Dashboard?.Properties.DashboardBody;
    expect(JSON.parse((body as { 'Fn::Sub': string })['Fn::Sub'])).toHaveProperty('widgets');
  });

  return {
    resource: (name: string) => found.template.Resources[name],
    properties: (name: string) => found.template.Resources[name]?.Properties,
    all: (type: string) => resources(found.template, type),
    routes: () => routes(found.template),
    environments: () => environments(found.template),
    output: (name: string) => found.template.Outputs[name]?.Value,
  };
}

describe('with the defaults', () => {
  const { resource, properties, all, routes } = packaged({});

  test('routes lead to their functions, the admin API by AWS signature only', () => {
    expect(routes()).toEqual({
      'POST /v1/route': 'Route',
      'ANY /v1/route/{dialect+}': 'Dialect',
      'POST /v1/explain': 'Explain',
      'GET /v1/health': 'Explain',
      'POST /v1/feature': 'Feature',
      'ANY /v1/iam/me': 'Admin AWS_IAM',
      'ANY /v1/iam/domains': 'Admin AWS_IAM',
      'ANY /v1/iam/domains/{path+}': 'Admin AWS_IAM',
      'ANY /v1/iam/peers': 'Admin AWS_IAM',
      'ANY /v1/iam/peers/{path+}': 'Admin AWS_IAM',
      $default: 'Explain',
    });
    expect(all('AWS::ApiGatewayV2::Authorizer')).toEqual({});
    expect(properties('HttpApi')?.DisableExecuteApiEndpoint).toBe(false);
  });

  test('the table outlives the stack and every mistake', () => {
    expect(resource('Table')).toMatchObject({
      Type: 'AWS::DynamoDB::GlobalTable',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        Replicas: [{ Region: { Ref: 'AWS::Region' }, ...PROTECTED }],
      },
    });
  });

  test('functions run on arm64 and Node 24; logs are kept for 30 days', () => {
    const functions = Object.values(all('AWS::Lambda::Function'));
    expect(functions).toHaveLength(6);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x' });
    }
    const logs = Object.values(all('AWS::Logs::LogGroup'));
    expect(logs.map(({ Properties }) => Properties.RetentionInDays)).toEqual(Array(6).fill(30));
  });

  test('no access log and no trace: a path may hold a key', () => {
    expect(properties('HttpApiStage')?.AccessLogSettings).toBeUndefined();
    for (const { Properties } of Object.values(all('AWS::Lambda::Function'))) {
      expect(Properties.TracingConfig).toBeUndefined();
    }
  });

  test('the API is throttled; nothing is reserved or kept warm', () => {
    expect(properties('HttpApiStage')).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 50 },
      RouteSettings: {
        'POST /v1/route': { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 },
        'ANY /v1/route/{dialect+}': { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 },
        'GET /v1/health': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
      },
    });
    for (const name of ['Route', 'Dialect']) {
      expect(properties(`${name}LambdaFunction`)?.ReservedConcurrentExecutions).toEqual(NO_VALUE);
      expect(properties(`${name}ProvConcLambdaAlias`)?.ProvisionedConcurrencyConfig).toEqual(
        NO_VALUE,
      );
    }
  });

  test('a new version gets a tenth of the calls first, and an alarm takes it back', () => {
    for (const name of ['Route', 'Dialect']) {
      expect(resource(`${name}ProvConcLambdaAlias`)?.UpdatePolicy).toEqual({
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: 'Shift' },
          DeploymentGroupName: { Ref: `Shift${name}` },
        },
      });
      expect(properties(`Shift${name}`)).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        AutoRollbackConfiguration: { Enabled: true },
        AlarmConfiguration: {
          Enabled: true,
          Alarms: [
            { Name: { Ref: 'ErrorsAlarm' } },
            { Name: { Ref: 'DegradedAlarm' } },
            { Name: { Ref: 'LatencyAlarm' } },
            { Name: { Ref: 'SlowAlarm' } },
          ],
        },
      });
      // What calls go through is the alias, not the newest code.
      expect(JSON.stringify(properties(`HttpApiIntegration${name}`)?.IntegrationUri)).toContain(
        '"provisioned"',
      );
    }
  });

  test('alarms tell nobody', () => {
    const alarms = all('AWS::CloudWatch::Alarm');
    expect(Object.keys(alarms).sort()).toEqual([
      'CalendarsAlarm',
      'DegradedAlarm',
      'ErrorsAlarm',
      'LatencyAlarm',
      'RefusedKeysAlarm',
      'RefusedShareAlarm',
      'SilenceAlarm',
      'SlowAlarm',
      'StaleCalendarsAlarm',
      'ThrottlesAlarm',
      'TurnedAwayAlarm',
    ]);
    for (const { Properties } of Object.values(alarms)) {
      expect(Properties.AlarmActions).toEqual(NO_VALUE);
    }
  });
});

describe('with warm instances', () => {
  const { properties } = packaged({
    provisionedConcurrency: 5,
    provisionedDialect: 2,
    shift: 'off',
  });

  test('they stand on the alias that calls reach', () => {
    expect(properties('RouteProvConcLambdaAlias')?.ProvisionedConcurrencyConfig).toEqual({
      ProvisionedConcurrentExecutions: 5,
    });
    expect(properties('DialectProvConcLambdaAlias')?.ProvisionedConcurrencyConfig).toEqual({
      ProvisionedConcurrentExecutions: 2,
    });
  });
});

describe('with everything on', () => {
  const { resource, properties, all, routes, environments, output } = packaged({
    deadlineMs: 300,
    hedgeMs: 40,
    logDays: 90,
    logNumbers: 'on',
    historyDays: 30,
    requestsPerSecond: 200,
    burst: 100,
    reservedConcurrency: 50,
    shift: 'Linear10PercentEvery1Minute',
    secondRegion: 'eu-west-1',
    domainName: 'divert.example.com',
    certificate: CERTIFICATE,
    trustStore: 's3://example-trust/edges.pem',
    jwtIssuer: 'https://id.example.com/',
    jwtAudience: 'divert',
    chimePeer: PEER,
    chimeConnector: CONNECTOR,
    accessLog: 'on',
    events: 'on',
    eventBus: 'voice',
    alarmEmail: 'ops@example.com',
    silenceSeconds: 600,
    permissionsBoundary: 'arn:aws:iam::123456789012:policy/bounds',
    tags: 'team=voice,cost-center=4711',
  });

  test('the output names what is on', () => {
    expect(output('Switches')).toBe(
      'alarms events reservedConcurrency shift secondRegion ' +
        'domainName trustStore jwtIssuer chimePeer accessLog permissionsBoundary',
    );
  });

  test('the access log has no path, and is kept as long as all logs', () => {
    const { AccessLogSettings } = properties('HttpApiStage') as {
      AccessLogSettings: { DestinationArn: unknown; Format: string };
    };
    expect(AccessLogSettings.DestinationArn).toEqual({ 'Fn::GetAtt': ['AccessLog', 'Arn'] });
    const line = AccessLogSettings.Format.replaceAll('$context.requestTimeEpoch', '1');
    expect(JSON.parse(line)).toEqual({
      requestId: '$context.requestId',
      at: 1,
      // Of the API's own words: `ANY /v1/route/{dialect+}`.
      route: '$context.routeKey',
      status: '$context.status',
      sourceIp: '$context.identity.sourceIp',
      bytes: '$context.responseLength',
      latencyMs: '$context.responseLatency',
      functionMs: '$context.integrationLatency',
      refusedFor: '$context.error.responseType',
    });
    expect(properties('AccessLog')?.RetentionInDays).toBe(90);
    // The throttling of the same stage stays.
    expect(properties('HttpApiStage')).toHaveProperty('DefaultRouteSettings');
  });

  test('every role is bounded, and the table carries the tags', () => {
    for (const { Properties } of Object.values(all('AWS::IAM::Role'))) {
      expect(Properties.PermissionsBoundary).toBe('arn:aws:iam::123456789012:policy/bounds');
    }
    const Tags = [
      { Key: 'team', Value: 'voice' },
      { Key: 'cost-center', Value: '4711' },
    ];
    expect(properties('Table')?.Replicas).toMatchObject([{ Tags }, { Tags }]);
  });

  test('settings reach the functions', () => {
    const environment = {
      DIVERT_TABLE: 'divert-dev',
      DIVERT_STAGE: 'dev',
      DIVERT_DEADLINE_MS: '300',
      DIVERT_HEDGE_MS: '40',
      DIVERT_LOG_NUMBERS: 'on',
    };
    expect(environments()).toEqual({
      RouteLambdaFunction: environment,
      DialectLambdaFunction: { ...environment, DIVERT_SECRETS: '/divert/dev/' },
      ExplainLambdaFunction: environment,
      AdminLambdaFunction: {
        ...environment,
        DIVERT_HISTORY_DAYS: '30',
        DIVERT_ROLE_CLAIM: 'divert:role',
        DIVERT_DOMAINS_CLAIM: 'divert:domains',
        DIVERT_AOR_CLAIM: 'divert:aor',
        DIVERT_ROLE_MAP: '',
        DIVERT_CALL_SEARCH: 'off',
        DIVERT_CALL_SEARCH_GB: '10',
        DIVERT_LOG_GROUPS:
          '/aws/lambda/divert-dev-route /aws/lambda/divert-dev-dialect /aws/lambda/divert-dev-chime',
        DIVERT_LOG_REGIONS: 'eu-central-1 eu-west-1',
      },
      FeatureLambdaFunction: { ...environment, DIVERT_HISTORY_DAYS: '30' },
      CalendarsLambdaFunction: { ...environment, DIVERT_HISTORY_DAYS: '30' },
      ChangesLambdaFunction: { ...environment, DIVERT_EVENT_BUS: 'voice' },
      ChimeLambdaFunction: {
        ...environment,
        DIVERT_CHIME_PEER: PEER,
        DIVERT_CHIME_CONNECTOR: CONNECTOR,
      },
    });
    expect(properties('RouteLogGroup')?.RetentionInDays).toBe(90);
  });

  test('limits and warm instances', () => {
    expect(properties('HttpApiStage')?.RouteSettings).toMatchObject({
      'POST /v1/route': { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 100 },
    });
    expect(properties('RouteLambdaFunction')?.ReservedConcurrentExecutions).toBe(50);
    expect(properties('DialectLambdaFunction')?.ReservedConcurrentExecutions).toBe(50);
    expect(properties('ShiftRoute')?.DeploymentConfigName).toBe(
      'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
    );
  });

  test('the table has a replica, protected alike', () => {
    expect(properties('Table')?.Replicas).toMatchObject([
      { Region: { Ref: 'AWS::Region' }, ...PROTECTED },
      { Region: 'eu-west-1', ...PROTECTED },
    ]);
  });

  test('mutual TLS, and no way past it', () => {
    expect(properties('Domain')).toMatchObject({
      DomainName: 'divert.example.com',
      MutualTlsAuthentication: { TruststoreUri: 's3://example-trust/edges.pem' },
    });
    expect(properties('HttpApi')?.DisableExecuteApiEndpoint).toBe(true);
  });

  test('no console where every client needs a certificate', () => {
    expect(resource('ConsoleLambdaFunction')).toBeUndefined();
  });

  test('the admin API by token too', () => {
    expect(routes()).toMatchObject({
      'ANY /v1/domains/{path+}': 'Admin JWT',
      'ANY /v1/peers': 'Admin JWT',
      'ANY /v1/peers/{path+}': 'Admin JWT',
      'ANY /v1/iam/domains/{path+}': 'Admin AWS_IAM',
      'ANY /v1/iam/peers': 'Admin AWS_IAM',
      'ANY /v1/iam/peers/{path+}': 'Admin AWS_IAM',
    });
    expect(properties('HttpApiAuthorizerOperator')).toMatchObject({
      JwtConfiguration: { Issuer: 'https://id.example.com/', Audience: ['divert'] },
    });
  });

  test('every alarm is mailed', () => {
    for (const { Properties } of Object.values(all('AWS::CloudWatch::Alarm'))) {
      expect(Properties.AlarmActions).toEqual([{ Ref: 'AlarmTopic' }]);
    }
    expect(properties('AlarmTopic')?.Subscription).toEqual([
      { Protocol: 'email', Endpoint: 'ops@example.com' },
    ]);
    expect(JSON.stringify(properties('SilenceAlarm')?.Metrics)).toContain('"Period":60');
    expect(properties('SilenceAlarm')?.EvaluationPeriods).toBe(10);
  });
});

describe('in a second region, at once, with a host name and a topic', () => {
  const { resource, properties, all, output } = packaged({
    homeRegion: 'eu-west-1',
    shift: 'off',
    domainName: 'divert.example.com',
    certificate: CERTIFICATE,
    alarmTopic: TOPIC,
  });

  test('nothing there changes rules, and the table is the replica', () => {
    expect(Object.keys(all('AWS::Lambda::Function'))).toEqual([
      'RouteLambdaFunction',
      'DialectLambdaFunction',
      'ExplainLambdaFunction',
    ]);
    expect(resource('Table')).toBeUndefined();
    // By the output `divert` finds the table to write.
    expect(output('TableName')).toBeUndefined();
    expect(output('HomeRegion')).toBe('eu-west-1');
  });

  test('the alias moves at once', () => {
    expect(resource('RouteProvConcLambdaAlias')?.UpdatePolicy).toBeUndefined();
    expect(all('AWS::CodeDeploy::DeploymentGroup')).toEqual({});
  });

  test('the host name asks for no certificate', () => {
    expect(properties('Domain')?.MutualTlsAuthentication).toEqual(NO_VALUE);
    expect(properties('HttpApi')?.DisableExecuteApiEndpoint).toBe(false);
  });

  test('alarms go to the topic', () => {
    expect(properties('DegradedAlarm')?.AlarmActions).toEqual([TOPIC]);
    expect(all('AWS::SNS::Topic')).toEqual({});
  });
});

describe('with a stage file, a table that is there, a URL of its own and a console', () => {
  const { resource, properties, all, environments, routes, output } = packaged(
    { logDays: 7 },
    `
default:
  logDays: 90
  historyDays: 100
  logNumbers: true
  reservedConcurrency: 20
  functionUrl: on
  tableName: divert-restored
  jwtIssuer: https://id.example.com/
  jwtAudience: divert
  consoleParameters: audience=divert
  consoleOrigins: https://token.example.com
eu-central-1: { historyDays: 200 }
us-east-1: { historyDays: 300 }
`,
  );

  test('its settings count, those of the region first, and the command line before both', () => {
    expect(properties('RouteLogGroup')?.RetentionInDays).toBe(7);
    expect(environments().AdminLambdaFunction).toMatchObject({
      DIVERT_HISTORY_DAYS: '200',
      DIVERT_LOG_NUMBERS: 'on',
    });
    expect(output('Switches')).toBe('console reservedConcurrency shift jwtIssuer functionUrl');
  });

  test('the table is adopted: named everywhere, made nowhere', () => {
    expect(resource('Table')).toBeUndefined();
    expect(output('TableName')).toBe('divert-restored');
    for (const environment of Object.values(environments())) {
      expect(environment).toMatchObject({ DIVERT_TABLE: 'divert-restored' });
    }
    const text = JSON.stringify(all('AWS::IAM::Role'));
    expect(text).toContain('table/divert-restored');
    expect(text).not.toContain('table/divert-dev');
  });

  test('the console is there for whoever the issuer knows, and reads nothing', () => {
    expect(routes()).toMatchObject({
      'GET /console': 'Console',
      'ANY /console/': 'Console',
      'GET /console/{file+}': 'Console',
    });
    expect(environments().ConsoleLambdaFunction).toMatchObject({
      DIVERT_CONSOLE_ISSUER: 'https://id.example.com/',
      DIVERT_CONSOLE_CLIENT: 'divert',
      DIVERT_CONSOLE_SCOPE: 'openid',
      DIVERT_CONSOLE_PARAMETERS: 'audience=divert',
      DIVERT_CONSOLE_ORIGINS: 'https://token.example.com',
    });
    expect(JSON.stringify(properties('ConsoleRole'))).not.toContain('dynamodb');
    expect(JSON.stringify(output('Console'))).toContain('/console/');
  });

  test('the URL leads to the alias, as API Gateway does', () => {
    expect(properties('RouteUrl')).toMatchObject({ AuthType: 'NONE', Qualifier: 'provisioned' });
    for (const name of ['RouteUrlPermission', 'RouteUrlInvokePermission']) {
      expect(properties(name)?.FunctionName).toEqual({ Ref: 'RouteProvConcLambdaAlias' });
    }
  });
});

describe('a stage file', () => {
  test.each([
    ['default: { deadline: 5 }', 'infra/stages/dev.yml: default: deadline: there is none of this'],
    ['deadlineMs: 300', '"deadlineMs" is neither default nor a region'],
  ])(
    '%s is refused',
    async (text, message) => {
      await expect(packageService({}, text)).rejects.toThrow(message);
    },
    60_000,
  );
});

describe('a parameter', () => {
  test.each([
    [{ deadlinems: 300 }, '--param deadlinems: there is none of this name, only deadlineMs, '],
    [{ deadlineMs: 5000 }, '--param deadlineMs: "5000" is not milliseconds from 50 to 900'],
    [{ jwtIssuer: 'https://id.example.com/' }, '--param jwtIssuer: needs --param jwtAudience'],
    [{ trustStore: 's3://trust/edges.pem' }, '--param trustStore: needs --param domainName'],
    [{ secondRegion: 'eu-central-1' }, '--param secondRegion: eu-central-1 is the region of this'],
    [{ shift: 'Canary20Percent5Minutes' }, '--param shift: "Canary20Percent5Minutes" is not off'],
    [
      { provisionedDialect: 6, reservedConcurrency: 5, shift: 'off' },
      '--param provisionedDialect: 6 of the 5 that reservedConcurrency allows',
    ],
    [
      { secondRegion: 'eu-west-1', homeRegion: 'us-east-1' },
      '--param secondRegion: belongs to the deployment in us-east-1',
    ],
    [{ provisionedConcurrency: 5 }, '--param provisionedConcurrency: and a gradual shift'],
    [{ functionUrl: 'on' }, '--param functionUrl: needs --param reservedConcurrency'],
    [
      { domainName: 'd.example', certificate: CERTIFICATE.replace('eu-central-1', 'us-east-1') },
      '--param certificate: is in us-east-1: in eu-central-1 only one of eu-central-1 can be used',
    ],
    [
      { alarmTopic: TOPIC.replace('eu-central-1', 'eu-west-1') },
      '--param alarmTopic: is in eu-west-1: in eu-central-1 only',
    ],
    [
      { tableName: 'mine', secondRegion: 'eu-west-1' },
      '--param secondRegion: is for a table that this stack makes',
    ],
    [
      { consoleOrigins: 'https://a.example/path' },
      '--param consoleOrigins: "https://a.example/path" is not https://host',
    ],
    [{ tags: 'team' }, '--param tags: "team" is not NAME=VALUE'],
    [{ silenceSeconds: 90 }, '--param silenceSeconds: "90" is not a multiple of 60'],
    [{ silenceSeconds: 60 }, '--param silenceSeconds: "60" is not a multiple of 60 from 300'],
  ])(
    '%o is refused',
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
