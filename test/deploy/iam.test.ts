import { beforeAll, expect, test } from 'vitest';
import { ALL, packageService, resources, type Template } from './package.ts';

/* Every role, every action, every resource. What is not in this list, nobody may do. */

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

const TABLE = 'dynamodb:table/divert-dev';
const DECIDING = ['PEERKEY#*', 'POLICY#*', 'ROUTE#*', 'SWITCHES#*', 'SEARCH', 'TOKEN'];
const LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];

const readRules = `dynamodb:GetItem on ${TABLE} of ${DECIDING}`;
const log = (name: string) =>
  LOG.map((action) => `${action} on logs:log-group:/aws/lambda/divert-dev-${name}:*`);

const EXPECTED = {
  RouteRole: [readRules, ...log('route')],
  DialectRole: [
    readRules,
    'ssm:GetParameter on ssm:parameter/divert/dev/jambonz',
    'ssm:GetParameter on ssm:parameter/divert/dev/twilio',
    ...log('dialect'),
  ],
  ExplainRole: [
    `dynamodb:GetItem on ${TABLE} of ${DECIDING.filter((key) => key !== 'SEARCH')}`,
    `dynamodb:Query on ${TABLE} of HISTORY#*,DIRECTORY#*`,
    ...log('explain'),
  ],
  ChimeRole: [readRules, ...log('chime')],
  ConsoleRole: log('console'),
  FeatureRole: [
    `dynamodb:GetItem on ${TABLE} of PEERKEY#*,POLICY#*,ROUTE#*,SWITCHES#*,DOMAIN#*`,
    `dynamodb:PutItem on ${TABLE} of ROUTE#*,SWITCHES#*,DOMAIN#*,DIRECTORY#*,HISTORY#* in TransactWriteItems`,
    `dynamodb:DeleteItem on ${TABLE} of DIRECTORY#* in TransactWriteItems`,
    `dynamodb:ConditionCheckItem on ${TABLE} of DOMAIN#*`,
    ...log('feature'),
  ],
  AdminRole: [
    `dynamodb:GetItem on ${TABLE} of DOMAIN#*,DOMAINS,DIRECTORY#*,POLICY#*,ROUTE#*,SWITCHES#*,PEERS,CALENDARS#*`,
    `dynamodb:Query on ${TABLE} of DOMAIN#*,DOMAINS,DIRECTORY#*,PEERS,HISTORY#*`,
    `dynamodb:PutItem on ${TABLE} of DOMAIN#*,DOMAINS,DIRECTORY#*,POLICY#*,ROUTE#*,SWITCHES#*,PEERS,PEERKEY#*,HISTORY#*,CALENDARS#* in TransactWriteItems`,
    `dynamodb:DeleteItem on ${TABLE} of DOMAINS,DIRECTORY#*,POLICY#*,ROUTE#*,PEERKEY#* in TransactWriteItems`,
    `dynamodb:ConditionCheckItem on ${TABLE} of DOMAIN#*`,
    `dynamodb:ConditionCheckItem on ${TABLE} of CALENDARS#*`,
    ...log('admin'),
  ],
  CalendarsRole: [
    `dynamodb:GetItem on ${TABLE} of POLICY#*,CALENDARS#*`,
    `dynamodb:Query on ${TABLE} of DOMAINS`,
    `dynamodb:PutItem on ${TABLE} of POLICY#*,CALENDARS#* in TransactWriteItems`,
    ...log('calendars'),
  ],
  ChangesRole: [
    ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
      (action) => `dynamodb:${action} on ${TABLE}/stream/*`,
    ),
    'events:PutEvents on events:event-bus/default as divert.dev',
    'sqs:SendMessage on sqs:divert-dev-untold',
    ...log('changes'),
  ],
  // What starts that function once a day.
  CalendarsScheduleRole: ['lambda:InvokeFunction on lambda:function:divert-dev-calendars'],
  // What AWS itself provides for CodeDeploy to shift an alias; it is not used by any function.
  ShiftRole: ['iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited'],
};

let template: Template;
beforeAll(async () => {
  template = (await packageService(ALL)).template;
});

test('each role may do this and nothing else', () => {
  const roles = resources(template, 'AWS::IAM::Role');
  const found = Object.fromEntries(
    Object.entries(roles).map(([name, { Properties }]) => [name, rights(Properties)]),
  );
  expect(found).toEqual(EXPECTED);
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::User']) {
    expect(resources(template, type)).toEqual({});
  }
});

test('each function has its own role, which only Lambda can take', () => {
  for (const [name, { Properties }] of Object.entries(
    resources(template, 'AWS::Lambda::Function'),
  )) {
    const role = name.replace('LambdaFunction', 'Role');
    expect(Properties.Role).toEqual({ 'Fn::GetAtt': [role, 'Arn'] });
    expect(template.Resources[role]?.Properties.AssumeRolePolicyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    });
  }
});

test('the schedule takes its own role, of this account, and no other', () => {
  expect(template.Resources.CalendarsScheduleRole?.Properties.AssumeRolePolicyDocument).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ],
  });
  expect(template.Resources.CalendarsSchedule?.Properties).toMatchObject({
    ScheduleExpression: 'rate(1 day)',
    Target: {
      Arn: { 'Fn::GetAtt': ['CalendarsLambdaFunction', 'Arn'] },
      RoleArn: { 'Fn::GetAtt': ['CalendarsScheduleRole', 'Arn'] },
    },
  });
});

test('functions are called by this API, and one by Chime in this account', () => {
  const permissions = Object.values(resources(template, 'AWS::Lambda::Permission'));
  const found = permissions.map(({ Properties }) => [
    JSON.stringify(Properties.FunctionName).match(/(\w+)LambdaFunction/)?.[1],
    Properties.Principal,
    Properties.SourceArn ? 'HttpApi' : Properties.SourceAccount,
  ]);
  expect(found.sort()).toEqual([
    ['Admin', 'apigateway.amazonaws.com', 'HttpApi'],
    ['Chime', 'voiceconnector.chime.amazonaws.com', { Ref: 'AWS::AccountId' }],
    ['Console', 'apigateway.amazonaws.com', 'HttpApi'],
    ['Dialect', 'apigateway.amazonaws.com', 'HttpApi'],
    ['Explain', 'apigateway.amazonaws.com', 'HttpApi'],
    ['Feature', 'apigateway.amazonaws.com', 'HttpApi'],
    ['Route', 'apigateway.amazonaws.com', 'HttpApi'],
  ]);
  for (const { Properties } of permissions.filter(({ Properties }) => Properties.SourceArn)) {
    expect(JSON.stringify(Properties.SourceArn)).toContain('{"Ref":"HttpApi"}');
  }
});

/** A role's rights, one line for each action on each resource. */
function rights(role: Readonly<Record<string, unknown>>): string[] {
  const policies = (role.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  const inline = policies.flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.flatMap(({ Effect, Action, Resource, Condition }) =>
      [Action].flat().flatMap((action) => {
        expect(Effect).toBe('Allow');
        const items = Condition ? condition(Condition) : '';
        return [Resource].flat().map((resource) => `${action} on ${arn(resource)}${items}`);
      }),
    ),
  );
  return [...inline, ...((role.ManagedPolicyArns ?? []) as unknown[]).map(arn)];
}

/** An ARN without its partition, region and account, which must be this stack's own. */
function arn(resource: unknown): string {
  const text = (resource as { 'Fn::Sub': string })['Fn::Sub'];
  return text
    .replace(/^arn:\$\{AWS::Partition\}:/, '')
    .replace(/\$\{AWS::Region\}:\$\{AWS::AccountId\}:/, '');
}

function condition(found: unknown): string {
  const { 'ForAllValues:StringEquals': names } = found as Record<string, Record<string, string>>;
  return names ? ` as ${names['events:source']}` : ` of ${keys(found)}`;
}

function keys(condition: unknown): string {
  const { 'ForAllValues:StringLike': items, ...rest } = condition as Record<string, unknown>;
  const operation = 'TransactWriteItems';
  const within = { 'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': operation } };
  if (Object.keys(rest).length > 0) expect(rest).toEqual(within);
  const { 'dynamodb:LeadingKeys': of } = items as { 'dynamodb:LeadingKeys': string | string[] };
  return `${of}${Object.keys(rest).length > 0 ? ` in ${operation}` : ''}`;
}
