import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { metricsFormat, NAMESPACE } from '../../functions/answer/metrics.ts';
import { packageService, resources, type Template } from './package.ts';

/* Alarms and dashboard look at what the functions measure, under the same names and dimensions. */

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}
interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
}

let template: Template;
beforeAll(async () => {
  template = (await packageService({ chimePeer: 'a'.repeat(64) })).template;
});

/** `Decisions by Stage`, for all that the log lines carry. */
function measured(): string[] {
  return Object.values(metricsFormat('dev')).flatMap((start: string) => {
    const { _aws } = JSON.parse(`${start}0}}`) as { _aws: { CloudWatchMetrics: Directive[] } };
    return _aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
      Metrics.map(({ Name }) => `${Name} by ${Dimensions[0]}`),
    );
  });
}

/** The metrics of a namespace that some alarm looks at. */
function watchedIn(namespace: string): Metric[] {
  return Object.values(resources(template, 'AWS::CloudWatch::Alarm'))
    .flatMap(({ Properties }) => {
      const queries = Properties.Metrics as { MetricStat?: { Metric: Metric } }[] | undefined;
      const one = Properties as unknown as Metric;
      return queries ? queries.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) : [one];
    })
    .filter(({ Namespace }) => Namespace === namespace);
}

test('alarms', () => {
  const watched = watchedIn(NAMESPACE);
  for (const { Dimensions } of watched) expect(Dimensions[0]?.Value).toBe('dev');
  expect(measured()).toEqual(expect.arrayContaining(watched.map(name)));
  expect(new Set(watched.map(({ MetricName }) => MetricName))).toEqual(
    new Set([
      ...['Degraded', 'Decisions', 'RefusedKeys', 'LatencyMs'],
      ...['CalendarDaysLeft', 'StaleCalendars'],
    ]),
  );
});

test.each(['Errors', 'Throttles'])('%s of every function that a call waits for', (metric) => {
  const watched = watchedIn('AWS/Lambda')
    .filter(({ MetricName }) => MetricName === metric)
    // No call waits for it; its own alarm looks at its errors.
    .filter(({ Dimensions }) => Dimensions[0]?.Value !== 'divert-dev-calendars');
  expect(watched.map(({ Dimensions }) => Dimensions[0]?.Value).sort()).toEqual([
    'divert-dev-chime',
    'divert-dev-dialect',
    'divert-dev-route',
  ]);
});

/**
 * Where points are missing, CloudWatch goes by older ones as long as it finds any, whatever
 * TreatMissingData says ("evaluation range"): an hour's silence would be told after several.
 */
test.each([
  ['SilenceAlarm', 'FILL(decisions, 0)', 'breaching'],
  ['CalendarsAlarm', 'FILL(left, 30)', 'notBreaching'],
])('%s counts a period without data as one', (alarm, expression, missing) => {
  expect(template.Resources[alarm]?.Properties).toMatchObject({
    Metrics: expect.arrayContaining([expect.objectContaining({ Expression: expression })]),
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: missing,
  });
});

test('every alarm has its chapter in the runbook', () => {
  const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const chapters = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  for (const [name, { Properties }] of Object.entries(
    resources(template, 'AWS::CloudWatch::Alarm'),
  )) {
    const chapter = /Runbook, "(.+)"\.$/.exec(String(Properties.AlarmDescription))?.[1];
    expect(chapters, name).toContain(chapter);
  }
});

test('dashboard', () => {
  const body = template.Resources.Dashboard?.Properties.DashboardBody as { 'Fn::Sub': string };
  const { widgets } = JSON.parse(body['Fn::Sub']) as {
    widgets: { properties: { metrics?: (string | object)[][] } }[];
  };
  const shown = widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .filter(([namespace]) => namespace === NAMESPACE)
    .map(([, metric, ...rest]) => {
      const dimensions = rest.filter((_, i) => i % 2 === 0).filter((x) => typeof x === 'string');
      return `${metric} by ${dimensions}`;
    });
  expect(shown.length).toBeGreaterThan(5);
  expect(measured()).toEqual(expect.arrayContaining(shown));
});

const name = ({ MetricName, Dimensions }: Metric): string =>
  `${MetricName} by ${Dimensions.map(({ Name }) => Name)}`;
