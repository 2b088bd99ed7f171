/**
 * Turns the parameters of serverless.yml into what it includes: names of files of this folder,
 * and values for CloudFormation where a parameter may be empty. CommonJS, as osls loads it.
 *
 * A parameter that serverless.yml does not have, or a value that cannot be right, ends the
 * command with one line before anything is packaged.
 */
const PATTERNS = [
  [/^([5-9]\d|[1-8]\d\d|900)$/, 'milliseconds from 50 to 900: an edge waits for 1000', 'deadlineMs'],
  [/^\d{1,3}$/, 'milliseconds below 1000', 'hedgeMs'],
  [/^[1-9]\d*$/, 'a whole number', 'requestsPerSecond', 'burst', 'historyDays'],
  [/^([1-9]\d*)?$/, 'a whole number', 'reservedConcurrency', 'provisionedConcurrency', 'provisionedDialect'],
  [/^(on|off)$/, 'on or off', 'logNumbers'],
  [
    /^(off|AllAtOnce|Canary10Percent(5|10|15|30)Minutes|Linear10PercentEvery(1Minute|(2|3|10)Minutes))$/,
    'off, or what follows CodeDeployDefault.Lambda in a name that AWS has',
    'shift',
  ],
  [/^([a-z]{2}(-[a-z]+)+-\d)?$/, 'a region', 'secondRegion', 'homeRegion'],
  [/^(https:\/\/\S+)?$/, 'an https:// URL', 'jwtIssuer'],
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
];

module.exports = async ({ options, resolveVariable, resolveConfigurationProperty }) => {
  const names = Object.keys(await resolveConfigurationProperty(['params', 'default']));
  for (const given of options.param ?? []) {
    const name = given.split('=', 1)[0];
    if (!names.includes(name)) fail(name, `there is none of this name, only ${names.join(', ')}`);
  }
  const param = {};
  for (const name of names) param[name] = String(await resolveVariable(`param:${name}`));
  check(param, await resolveVariable('self:provider.region'));

  const none = { Ref: 'AWS::NoValue' };
  const choose = (name, file) => (param[name] === '' || param[name] === 'off' ? 'off' : file);
  const provisioned = (name) =>
    param[name] === '' ? none : { ProvisionedConcurrentExecutions: Number(param[name]) };
  return {
    table: param.homeRegion === '' ? 'table' : 'replica',
    writers: param.homeRegion === '' ? 'writers' : 'off',
    admin: param.jwtIssuer === '' ? 'iam' : 'jwt',
    chime: choose('chimePeer', 'chime'),
    chimeConnector: param.chimeConnector === '' ? none : param.chimeConnector,
    shift: choose('shift', 'shift'),
    domain: choose('domainName', 'domain'),
    alarmTopic: param.alarmTopic === '' ? choose('alarmEmail', 'alarm-topic') : 'off',
    alarmActions: param.alarmTopic !== '' ? [param.alarmTopic] : param.alarmEmail !== '' ? [{ Ref: 'AlarmTopic' }] : none,
    mutualTls: param.trustStore === '' ? none : { TruststoreUri: param.trustStore },
    onlyOwnDomain: param.trustStore !== '',
    requestsPerSecond: Number(param.requestsPerSecond),
    burst: Number(param.burst),
    silenceSeconds: Number(param.silenceSeconds),
    reservedConcurrency: param.reservedConcurrency === '' ? none : Number(param.reservedConcurrency),
    provisionedRoute: provisioned('provisionedConcurrency'),
    provisionedDialect: provisioned('provisionedDialect'),
    replicas: [{ Ref: 'AWS::Region' }, ...(param.secondRegion === '' ? [] : [param.secondRegion])].map(
      (Region) => ({
        Region,
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ),
  };
};

function check(param, region) {
  for (const [pattern, means, ...names] of PATTERNS) {
    for (const name of names) {
      if (!pattern.test(param[name])) fail(name, `"${param[name]}" is not ${means}`);
    }
  }
  for (const [name, other] of NEEDS) {
    if (param[name] !== '' && param[other] === '') fail(name, `needs --param ${other} as well`);
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
  const silence = Number(param.silenceSeconds);
  // Metrics come a minute or two late.
  if (!(silence >= 300 && silence <= 86400 && silence % 60 === 0)) {
    fail('silenceSeconds', `"${param.silenceSeconds}" is not a multiple of 60 from 300 to 86400`);
  }
}

/** Without a stack, which osls would print. */
function fail(name, why) {
  throw Object.assign(new Error(`--param ${name}: ${why}`), { stack: '' });
}
