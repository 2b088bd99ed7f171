const settingsOf = require('./settings.cjs');

/**
 * Turns the settings of a deployment into what it includes: names of files of this folder,
 * and values for CloudFormation where a parameter may be empty. CommonJS, as osls loads it.
 *
 * A value that cannot be right ends the command with one line before anything is packaged.
 */
const PATTERNS = [
  [/^([5-9]\d|[1-8]\d\d|900)$/, 'milliseconds from 50 to 900: an edge waits for 1000', 'deadlineMs'],
  [/^\d{1,3}$/, 'milliseconds below 1000', 'hedgeMs'],
  [/^[1-9]\d*$/, 'a whole number', 'requestsPerSecond', 'burst', 'otherRequestsPerSecond', 'historyDays'],
  [/^(off|helpdesk|all)$/, 'off, helpdesk or all', 'callSearch'],
  [/^\d{1,6}(\.\d{1,3})?$/, 'gigabytes', 'callSearchGb'],
  [/^([1-9]\d*)?$/, 'a whole number', 'reservedConcurrency', 'provisionedConcurrency', 'provisionedDialect'],
  [/^(on|off)$/, 'on or off', 'logNumbers', 'accessLog', 'functionUrl', 'terminationProtection', 'console', 'events'],
  [/^[\w.-]{1,256}$/, 'the name of an event bus', 'eventBus'],
  [/^(arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[\w.-]+\/stream\/.+)?$/, "the ARN of a table's stream", 'tableStream'],
  [/^([\w.-]{3,255})?$/, 'the name of a table', 'tableName'],
  [/^(arn:[^:]+:iam::(\d{12}|aws):policy\/.+)?$/, 'the ARN of a policy', 'permissionsBoundary'],
  [/^([\w.:/@+-]+=[^,=]*(,|$))*$/, 'NAME=VALUE, several separated by commas', 'tags'],
  [
    /^(off|AllAtOnce|Canary10Percent(5|10|15|30)Minutes|Linear10PercentEvery(1Minute|(2|3|10)Minutes))$/,
    'off, or what follows CodeDeployDefault.Lambda in a name that AWS has',
    'shift',
  ],
  [/^([a-z]{2}(-[a-z]+)+-\d)?$/, 'a region', 'secondRegion', 'homeRegion'],
  [/^(https:\/\/\S+)?$/, 'an https:// URL', 'jwtIssuer'],
  [/^(https:\/\/[\w.:-]+( https:\/\/[\w.:-]+)*)?$/, 'https://host, several separated by spaces', 'consoleOrigins'],
  [/^([\w.~-]+=[^&\s]*(&|$))*$/, 'NAME=VALUE, several separated by &', 'consoleParameters'],
  [/^([\w-]+( [\w-]+)*)?$/, "names of letters, digits, '_' and '-', separated by spaces", 'stirKeys'],
  [/^([0-9a-f]{64})?$/, 'a SHA-256 in hex', 'chimePeer'],
  [/^(arn:[^:]+:chime:.+)?$/, 'the ARN of a Voice Connector', 'chimeConnector'],
  [/^(s3:\/\/[^/]+\/.+)?$/, 's3://bucket/file.pem', 'trustStore'],
  [/^(arn:[^:]+:acm:.+)?$/, 'the ARN of a certificate in this region', 'certificate'],
  [/^(arn:[^:]+:sns:.+)?$/, 'the ARN of a topic', 'alarmTopic'],
  [/^([^@\s]+@[^@\s]+)?$/, 'a mail address', 'alarmEmail'],
];
const NEEDS = [
  ['jwtIssuer', 'jwtAudience'],
  ['jwtAudience', 'jwtIssuer'],
  ['domainName', 'certificate'],
  ['trustStore', 'domainName'],
  ['chimeConnector', 'chimePeer'],
  // Nothing else limits what comes in by a Function URL.
  ['functionUrl', 'reservedConcurrency'],
  ['tableStream', 'tableName'],
];
/** In the ARN of what can only be used in its own region, the region is the fourth part. */
const REGIONAL = ['certificate', 'alarmTopic', 'tableStream'];
/** What a deployment may have or not: the output `Switches` names those that are on. */
const SWITCHES = {
  alarms: ({ alarmTopic, alarmEmail }) => alarmTopic !== '' || alarmEmail !== '',
  console: (settings) => hasConsole(settings),
  events: (settings) => hasEvents(settings),
  ...Object.fromEntries(
    [
      'reservedConcurrency',
      'provisionedConcurrency',
      'provisionedDialect',
      'shift',
      'secondRegion',
      'domainName',
      'trustStore',
      'jwtIssuer',
      'chimePeer',
      'stirKeys',
      'callSearch',
      'accessLog',
      'functionUrl',
      'permissionsBoundary',
      'terminationProtection',
    ].map((name) => [name, (settings) => isOn(settings[name])]),
  ),
};
/** There is none without an issuer, in a second region, or where every client needs a certificate. */
const hasConsole = (param) =>
  param.console === 'on' && param.jwtIssuer !== '' && param.homeRegion === '' && param.trustStore === '';
/** Each region's table has a stream with every change in it, so that only one may tell. */
const hasEvents = (param) => param.events === 'on' && param.homeRegion === '';
const isOn = (value) => value !== '' && value !== 'off';

module.exports = async (context) => {
  const param = await settingsOf(context);
  const region = await context.resolveVariable('self:provider.region');
  const stage = await context.resolveVariable('sls:stage');
  check(param, region);

  const none = { Ref: 'AWS::NoValue' };
  const secrets = { DIVERT_SECRETS: `/divert/${stage}/` };
  const signing = isOn(param.stirKeys) ? { ...secrets, DIVERT_STIR_KEYS: param.stirKeys } : {};
  const choose = (name, file) => (isOn(param[name]) ? file : 'off');
  const provisioned = (name) =>
    param[name] === '' ? none : { ProvisionedConcurrentExecutions: Number(param[name]) };
  return {
    table: param.homeRegion !== '' ? 'replica' : param.tableName === '' ? 'table' : 'adopted-table',
    tableAfter: tableAfter(param),
    writers: param.homeRegion === '' ? 'writers' : 'off',
    admin: param.jwtIssuer === '' ? 'iam' : 'jwt',
    chime: choose('chimePeer', 'chime'),
    chimeConnector: param.chimeConnector === '' ? none : param.chimeConnector,
    console: hasConsole(param) ? 'console' : 'off',
    consoleClient: param.consoleClient || param.jwtAudience,
    consoleUrl:
      param.domainName === ''
        ? { 'Fn::Sub': 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/console/' }
        : `https://${param.domainName}/console/`,
    events: hasEvents(param) ? 'events' : 'off',
    tableStream: param.tableStream === '' ? { 'Fn::GetAtt': ['Table', 'StreamArn'] } : param.tableStream,
    stir: choose('stirKeys', 'stir'),
    // Rules are written, and calls searched, in the home region alone.
    callSearch: param.homeRegion === '' ? choose('callSearch', 'call-search') : 'off',
    ...logsOf(param, stage, region),
    routeEnvironment: signing,
    dialectEnvironment: { ...secrets, ...signing },
    shift: choose('shift', 'shift'),
    domain: choose('domainName', 'domain'),
    alarmTopic: param.alarmTopic === '' ? choose('alarmEmail', 'alarm-topic') : 'off',
    alarmActions: param.alarmTopic !== '' ? [param.alarmTopic] : param.alarmEmail !== '' ? [{ Ref: 'AlarmTopic' }] : none,
    mutualTls: param.trustStore === '' ? none : { TruststoreUri: param.trustStore },
    onlyOwnDomain: param.trustStore !== '',
    logDays: Number(param.logDays),
    accessLog: choose('accessLog', 'access-log'),
    functionUrl: choose('functionUrl', 'function-url'),
    permissionsBoundary: param.permissionsBoundary === '' ? none : param.permissionsBoundary,
    terminationProtection: param.terminationProtection === 'on',
    tags: tagsOf(param),
    switchesOn: Object.keys(SWITCHES)
      .filter((name) => SWITCHES[name](param))
      .join(' ') || 'none',
    requestsPerSecond: Number(param.requestsPerSecond),
    burst: Number(param.burst),
    otherRequestsPerSecond: Number(param.otherRequestsPerSecond),
    ...silence(Number(param.silenceSeconds)),
    reservedConcurrency: param.reservedConcurrency === '' ? none : Number(param.reservedConcurrency),
    provisionedRoute: provisioned('provisionedConcurrency'),
    provisionedDialect: provisioned('provisionedDialect'),
    replicas: [{ Ref: 'AWS::Region' }, ...(param.secondRegion === '' ? [] : [param.secondRegion])].map(
      (Region) => ({
        Region,
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        // The stack's tags do not reach the replicas of a global table.
        ...(param.tags !== '' && {
          Tags: Object.entries(tagsOf(param)).map(([Key, Value]) => ({ Key, Value })),
        }),
      }),
    ),
  };
};

/**
 * The table is made last, so that a first deployment that fails leaves none behind: it is protected,
 * keeps its name, and would be in the way of the next. Everything but what needs the table stands
 * before one of these (test/deploy/repeat.test.ts).
 */
function tableAfter(param) {
  return [
    'Dashboard',
    'HttpApiStage',
    'RouteProvConcLambdaAlias',
    'DialectProvConcLambdaAlias',
    ...['Route', 'Dialect', 'Explain', 'Admin', 'Feature'].map((name) => `${name}LambdaPermissionHttpApi`),
    // An issuer that cannot be asked fails with its routes.
    ...['PostV1Feature', 'AnyV1IamPeers', ...(param.jwtIssuer === '' ? [] : ['AnyV1Peers'])].map(
      (route) => `HttpApiRoute${route}`,
    ),
    ...(param.homeRegion === '' ? ['CalendarsSchedule', 'StaleCalendarsAlarm'] : []),
    ...(param.domainName === '' ? [] : ['DomainMapping']),
    ...(isOn(param.chimePeer) ? ['ChimeAlarm', 'ChimePermission'] : []),
    ...(hasConsole(param) ? ['ConsoleLambdaPermissionHttpApi', 'HttpApiRouteGetConsole'] : []),
    ...(hasEvents(param) ? ['ChangesLambdaFunction', 'ChangesAlarm', 'Untold'] : []),
    ...(isOn(param.functionUrl) ? ['RouteUrl', 'RouteUrlPermission', 'RouteUrlInvokePermission'] : []),
  ];
}

/** Where decisions are logged: by which functions, in which regions. */
function logsOf({ chimePeer, secondRegion }, stage, region) {
  const names = ['route', 'dialect', ...(isOn(chimePeer) ? ['chime'] : [])];
  const groups = names.map((name) => `/aws/lambda/divert-${stage}-${name}`);
  const regions = [region, ...(secondRegion === '' ? [] : [secondRegion])];
  return {
    logGroups: groups.join(' '),
    logRegions: regions.join(' '),
    logGroupArns: regions.flatMap((one) =>
      groups.map((group) => ({
        'Fn::Sub': `arn:\${AWS::Partition}:logs:${one}:\${AWS::AccountId}:log-group:${group}:*`,
      })),
    ),
  };
}

/** How long no decision may come, as so many periods: the longest period that leaves five or more. */
function silence(seconds) {
  const period = [900, 300, 60].find((one) => seconds % one === 0 && seconds / one >= 5);
  return { silencePeriod: period, silencePeriods: seconds / period };
}

function tagsOf({ tags }) {
  return Object.fromEntries(
    tags.split(',').flatMap((tag) => (tag === '' ? [] : [[tag.split('=')[0], tag.slice(tag.indexOf('=') + 1)]])),
  );
}

function check(param, region) {
  for (const [pattern, means, ...names] of PATTERNS) {
    for (const name of names) {
      if (!pattern.test(param[name])) fail(name, `"${param[name]}" is not ${means}`);
    }
  }
  for (const [name, other] of NEEDS) {
    if (isOn(param[name]) && !isOn(param[other])) fail(name, `needs --param ${other} as well`);
  }
  for (const name of REGIONAL) {
    const found = param[name].split(':')[3];
    if (found !== undefined && found !== region) {
      fail(name, `is in ${found}: in ${region} only one of ${region} can be used`);
    }
  }
  for (const name of ['provisionedConcurrency', 'provisionedDialect']) {
    // While CodeDeploy moves an alias, AWS refuses to change what is provisioned on it, and the stack
    // is left half-way: reported in aws/serverless-application-model, issue 1298.
    if (param[name] !== '' && param.shift !== 'off') {
      fail(name, 'and a gradual shift on one alias break deployments: shift=off, or none provisioned');
    }
  }
  if (param.secondRegion !== '' && param.tableName !== '') {
    fail('secondRegion', 'is for a table that this stack makes: add the replica to yours by hand');
  }
  if (hasEvents(param) && param.tableName !== '' && param.tableStream === '') {
    fail('events', 'of a table that is there already need --param tableStream as well: the ARN of its stream');
  }
  if (param.tableStream !== '' && !param.tableStream.includes(`:table/${param.tableName}/stream/`)) {
    fail('tableStream', `is not of the table ${param.tableName}`);
  }
  if (param.functionUrl === 'on' && param.trustStore !== '') {
    fail('functionUrl', 'is a way past mutual TLS: one of the two');
  }
  for (const name of ['secondRegion', 'homeRegion']) {
    if (param[name] === region) fail(name, `${region} is the region of this deployment itself`);
  }
  if (param.secondRegion !== '' && param.homeRegion !== '') {
    fail('secondRegion', `belongs to the deployment in ${param.homeRegion}`);
  }
  const { reservedConcurrency: reserved } = param;
  for (const name of ['provisionedConcurrency', 'provisionedDialect']) {
    if (reserved !== '' && Number(param[name]) > Number(reserved)) {
      fail(name, `${param[name]} of the ${reserved} that reservedConcurrency allows`);
    }
  }
  const quiet = Number(param.silenceSeconds);
  // Metrics come a minute or two late.
  if (!(quiet >= 300 && quiet <= 86400 && quiet % 60 === 0)) {
    fail('silenceSeconds', `"${param.silenceSeconds}" is not a multiple of 60 from 300 to 86400`);
  }
}

/** Without a stack, which osls would print. */
function fail(name, why) {
  throw Object.assign(new Error(`--param ${name}: ${why}`), { stack: '' });
}
