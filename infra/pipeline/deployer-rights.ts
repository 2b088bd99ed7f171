/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** What CloudFormation makes, as a packaged template has it. */
export interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }
    >
  >;
}

/** Where it is deployed. */
export interface Deployment {
  /** `divert-prod` */
  readonly stack: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** `aws`, `aws-cn`, `aws-us-gov` */
  readonly partition: string;
}

/** Names of actions of a service: `lambda: GetFunction UpdateAlias`. */
const actions = (service: string, names: string): string[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${service}:${name}`);

/**
 * The rights that a deployment needs: to make, read, change and take away what is in the template, by
 * what CloudFormation's handlers of these types ask for, and what osls itself does. Resources are
 * those of this stack, by their names; `*` stands only where AWS knows no resource.
 *
 * @throws where the template has a type for which nothing is written here
 */
export function deployerRights(template: Template, where: Deployment): Statement[] {
  const { stack, region, account, partition } = where;
  const arn = (service: string, rest: string, inRegion = region, of = account): string =>
    `arn:${partition}:${service}:${inRegion}:${of}:${rest}`;
  const all = Object.entries(template.Resources).map(([name, { Type, Properties = {} }]) => ({
    ...{ name, Type, Properties },
  }));
  const of = (...types: string[]) => all.filter(({ Type }) => types.includes(Type));
  const known = new Set<string>();
  const statements: Statement[] = [];
  const allow = (
    Sid: string,
    types: readonly string[],
    Action: readonly string[],
    Resource: string | readonly string[],
    Condition?: Statement['Condition'],
  ): void => {
    for (const type of types) known.add(type);
    if (types.length > 0 && of(...types).length === 0) return;
    statements.push({ Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) });
  };

  allow(
    'Stack',
    [],
    actions(
      'cloudformation',
      `CreateStack UpdateStack DeleteStack ContinueUpdateRollback DescribeStacks DescribeStackEvents
       DescribeStackResource ListStackResources GetTemplate UpdateTerminationProtection`,
    ),
    arn('cloudformation', `stack/${stack}/*`),
  );
  // What knows no resource: AWS, "Service Authorization Reference".
  allow(
    'Nameless',
    [],
    [
      'cloudformation:ValidateTemplate',
      ...actions('logs', 'DescribeLogGroups DescribeIndexPolicies'),
      ...(of('AWS::CodeDeploy::DeploymentGroup').length > 0 ? ['codedeploy:StopDeployment'] : []),
      // AWS, "Configure logging for HTTP APIs".
      ...(accessLogs(all).length > 0
        ? actions(
            'logs',
            `CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries
             PutResourcePolicy DescribeResourcePolicies`,
          )
        : []),
    ],
    '*',
  );

  const bucket = `arn:${partition}:s3:::${stack}-serverlessdeploymentb*`;
  allow(
    'Bucket',
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
    actions(
      's3',
      `CreateBucket DeleteBucket ListBucket ListBucketVersions GetBucketLocation
       GetEncryptionConfiguration PutEncryptionConfiguration GetBucketPublicAccessBlock
       PutBucketPublicAccessBlock GetBucketPolicy PutBucketPolicy DeleteBucketPolicy GetBucketTagging
       PutBucketTagging GetObject PutObject DeleteObject DeleteObjectVersion`,
    ),
    [bucket, `${bucket}/*`],
  );

  const functions = `function:${stack}-*`;
  allow(
    'Functions',
    [...['Function', 'Version', 'Alias', 'Permission', 'Url'].map((one) => `AWS::Lambda::${one}`)],
    actions(
      'lambda',
      `CreateFunction DeleteFunction GetFunction GetFunctionConfiguration UpdateFunctionCode
       UpdateFunctionConfiguration PublishVersion ListVersionsByFunction PutFunctionConcurrency
       DeleteFunctionConcurrency GetFunctionCodeSigningConfig GetRuntimeManagementConfig
       GetFunctionRecursionConfig CreateAlias UpdateAlias DeleteAlias GetAlias
       PutProvisionedConcurrencyConfig GetProvisionedConcurrencyConfig
       DeleteProvisionedConcurrencyConfig AddPermission RemovePermission GetPolicy TagResource
       UntagResource ListTags${
         of('AWS::Lambda::Url').length > 0
           ? ' CreateFunctionUrlConfig UpdateFunctionUrlConfig DeleteFunctionUrlConfig GetFunctionUrlConfig'
           : ''
       }`,
    ),
    arn('lambda', functions),
  );

  // A mapping is known by a number that AWS gives it, so its function says whose it is.
  const mapped = { ArnLike: { 'lambda:FunctionArn': arn('lambda', functions) } };
  const mapping = 'AWS::Lambda::EventSourceMapping';
  allow('EventSourceMade', [mapping], actions('lambda', 'CreateEventSourceMapping'), '*', mapped);
  const mappings = arn('lambda', 'event-source-mapping:*');
  allow(
    'EventSource',
    [mapping],
    actions('lambda', 'GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping'),
    mappings,
    mapped,
  );
  allow(
    'EventSourceTags',
    [mapping],
    actions('lambda', 'TagResource UntagResource ListTags'),
    mappings,
  );
  allow(
    'Queue',
    ['AWS::SQS::Queue'],
    actions(
      'sqs',
      `CreateQueue DeleteQueue GetQueueUrl GetQueueAttributes SetQueueAttributes ListQueueTags TagQueue
       UntagQueue`,
    ),
    named(all, 'AWS::SQS::Queue', 'QueueName').map((name) => arn('sqs', name)),
  );

  allow(
    'Logs',
    ['AWS::Logs::LogGroup'],
    actions(
      'logs',
      `CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy TagResource
       UntagResource ListTagsForResource GetDataProtectionPolicy`,
    ),
    [
      arn('logs', `log-group:/aws/lambda/${stack}-*`),
      ...accessLogs(all).map((log) => arn('logs', `log-group:${log}*`)),
    ],
  );

  roleRights(allow, all, where);

  const api = (path: string): string => `arn:${partition}:apigateway:${region}::${path}`;
  allow(
    'Api',
    ['Api', 'Stage', 'Route', 'Integration', 'Authorizer'].map(
      (one) => `AWS::ApiGatewayV2::${one}`,
    ),
    actions('apigateway', 'GET POST PUT PATCH DELETE'),
    [api('/apis'), api('/apis/*'), api('/tags/*')],
  );
  allow(
    'DomainName',
    ['AWS::ApiGatewayV2::DomainName', 'AWS::ApiGatewayV2::ApiMapping'],
    actions(
      'apigateway',
      'GET POST PUT PATCH DELETE AddCertificateToDomain RemoveCertificateFromDomain',
    ),
    [
      '/domainnames',
      ...named(all, 'AWS::ApiGatewayV2::DomainName', 'DomainName').flatMap((name) => [
        `/domainnames/${name}`,
        `/domainnames/${name}/apimappings*`,
      ]),
    ].map(api),
  );
  for (const { Properties } of of('AWS::ApiGatewayV2::DomainName')) {
    const { TruststoreUri } = (Properties.MutualTlsAuthentication ?? {}) as {
      TruststoreUri?: string;
    };
    if (TruststoreUri === undefined) continue;
    const object = `arn:${partition}:s3:::${TruststoreUri.replace('s3://', '')}`;
    allow('TrustStore', [], actions('s3', 'GetObject GetObjectVersion'), object);
  }

  for (const { Properties } of of('AWS::DynamoDB::GlobalTable')) {
    const regions = (Properties.Replicas as { Region: unknown }[]).map(({ Region }) =>
      typeof Region === 'string' ? Region : region,
    );
    allow(
      'Table',
      ['AWS::DynamoDB::GlobalTable'],
      actions(
        'dynamodb',
        `CreateTable UpdateTable DeleteTable DescribeTable DescribeTimeToLive UpdateTimeToLive
         DescribeContinuousBackups UpdateContinuousBackups DescribeContributorInsights
         DescribeKinesisStreamingDestination DescribeTableReplicaAutoScaling GetResourcePolicy
         ListTagsOfResource TagResource UntagResource${
           regions.length > 1
             ? // A replica is filled in the name of who asks for it.
               ` CreateTableReplica DeleteTableReplica Query Scan GetItem PutItem UpdateItem DeleteItem
                BatchWriteItem`
             : ''
         }`,
      ),
      regions.map((one) => arn('dynamodb', `table/${Properties.TableName}`, one)),
    );
  }

  allow(
    'Alarms',
    ['AWS::CloudWatch::Alarm'],
    actions(
      'cloudwatch',
      'PutMetricAlarm DeleteAlarms DescribeAlarms TagResource UntagResource ListTagsForResource',
    ),
    arn('cloudwatch', `alarm:${stack}-*`),
  );
  allow(
    'Dashboard',
    ['AWS::CloudWatch::Dashboard'],
    actions('cloudwatch', 'PutDashboard GetDashboard DeleteDashboards'),
    named(all, 'AWS::CloudWatch::Dashboard', 'DashboardName').map((name) =>
      arn('cloudwatch', `dashboard/${name}`, ''),
    ),
  );
  allow(
    'Schedule',
    ['AWS::Scheduler::Schedule'],
    actions('scheduler', 'CreateSchedule GetSchedule UpdateSchedule DeleteSchedule'),
    named(all, 'AWS::Scheduler::Schedule', 'Name').map((name) =>
      arn('scheduler', `schedule/default/${name}`),
    ),
  );
  allow(
    'AlarmTopic',
    ['AWS::SNS::Topic'],
    actions(
      'sns',
      `CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes GetDataProtectionPolicy Subscribe
       Unsubscribe ListSubscriptionsByTopic ListTagsForResource TagResource UntagResource`,
    ),
    arn('sns', `${stack}-*`),
  );
  allow(
    'Shift',
    ['AWS::CodeDeploy::Application', 'AWS::CodeDeploy::DeploymentGroup'],
    actions(
      'codedeploy',
      `CreateApplication GetApplication UpdateApplication DeleteApplication CreateDeploymentGroup
       GetDeploymentGroup UpdateDeploymentGroup DeleteDeploymentGroup CreateDeployment GetDeployment
       GetDeploymentConfig RegisterApplicationRevision GetApplicationRevision
       ListTagsForResource TagResource UntagResource`,
    ),
    [
      arn('codedeploy', `application:${stack}-*`),
      arn('codedeploy', `deploymentgroup:${stack}-*/*`),
      arn('codedeploy', 'deploymentconfig:CodeDeployDefault.*'),
    ],
  );

  const unknown = all.find(({ Type }) => !known.has(Type));
  if (unknown) throw new Error(`${unknown.name}: no rights are written down for ${unknown.Type}`);
  return statements;
}

type Made = {
  readonly name: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
};

/** Log groups that are no function's. */
function accessLogs(all: readonly Made[]): string[] {
  return named(all, 'AWS::Logs::LogGroup', 'LogGroupName').filter(
    (name) => !name.startsWith('/aws/lambda/'),
  );
}

/** The names that resources of a type were given. */
function named(all: readonly Made[], type: string, property: string): string[] {
  return all
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => String(Properties[property]));
}

/** Roles: only this stack's, only with the boundary where there is one, handed only to the services that take them. */
function roleRights(
  allow: (
    sid: string,
    types: readonly string[],
    action: readonly string[],
    resource: string | readonly string[],
    condition?: Statement['Condition'],
  ) => void,
  all: readonly Made[],
  { stack, account, partition }: Deployment,
): void {
  const types = ['AWS::IAM::Role', 'AWS::IAM::Policy'];
  const roles = `arn:${partition}:iam::${account}:role/${stack}-*`;
  const own = all
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .map(({ Properties }) => Properties);
  const boundary = own
    .map(({ PermissionsBoundary }) => PermissionsBoundary)
    .find((one) => typeof one === 'string') as string | undefined;
  const bounded =
    boundary === undefined ? undefined : { StringEquals: { 'iam:PermissionsBoundary': boundary } };
  allow(
    'Roles',
    types,
    actions('iam', 'CreateRole PutRolePolicy DeleteRolePolicy PutRolePermissionsBoundary'),
    roles,
    bounded,
  );
  allow(
    'RolesOtherwise',
    types,
    actions(
      'iam',
      `GetRole GetRolePolicy ListRolePolicies ListAttachedRolePolicies UpdateRole
       UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole TagRole UntagRole ListRoleTags`,
    ),
    roles,
  );
  const managed = own.flatMap(({ ManagedPolicyArns }) =>
    ((ManagedPolicyArns ?? []) as { 'Fn::Sub': string }[]).map((one) =>
      one['Fn::Sub'].replace(`\${AWS::Partition}`, partition),
    ),
  );
  if (managed.length > 0) {
    allow('ManagedPolicies', types, actions('iam', 'AttachRolePolicy DetachRolePolicy'), roles, {
      ArnEquals: { 'iam:PolicyARN': managed },
      ...bounded,
    });
  }
  const services = new Set(
    own.flatMap(({ AssumeRolePolicyDocument }) =>
      (
        AssumeRolePolicyDocument as { Statement: { Principal: { Service: string } }[] }
      ).Statement.map(({ Principal }) => Principal.Service),
    ),
  );
  allow('RolesHandedOver', types, ['iam:PassRole'], roles, {
    StringEquals: { 'iam:PassedToService': [...services].sort() },
  });
  const linked = [
    ...(all.some(
      ({ Type, Properties }) =>
        Type === 'AWS::DynamoDB::GlobalTable' && (Properties.Replicas as unknown[]).length > 1,
    )
      ? ['replication.dynamodb.amazonaws.com']
      : []),
    ...(all.some(({ Type }) => Type === 'AWS::ApiGatewayV2::DomainName')
      ? ['ops.apigateway.amazonaws.com']
      : []),
  ];
  if (linked.length === 0) return;
  allow(
    'ServiceRoles',
    types,
    ['iam:CreateServiceLinkedRole'],
    linked.map((one) => `arn:${partition}:iam::${account}:role/aws-service-role/${one}/*`),
    { StringEquals: { 'iam:AWSServiceName': linked } },
  );
}
