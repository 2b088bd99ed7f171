import type { Resource } from './package.ts';

/**
 * CloudWatch's alarms as its user guide describes them: metric math over periods, an evaluation
 * range that reaches further back than the evaluation periods, missing points, M out of N.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */

/** What was measured, when (seconds), and by which metric: `Divert/Degraded`, `AWS/Lambda/Errors/route`. */
export interface Sample {
  readonly metric: string;
  readonly at: number;
  readonly value: number;
  /** How many of it. */
  readonly count?: number;
}
export type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Value: unknown }[];
}
interface Query {
  readonly Id: string;
  readonly ReturnData?: boolean;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: Metric; readonly Period: number; readonly Stat: string };
}
interface Alarm extends Metric {
  readonly Metrics?: readonly Query[];
  readonly Period: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly EvaluateLowSampleCountPercentile?: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly TreatMissingData: string;
}
type Point = number | undefined;

/** Periods before the evaluation periods that are looked at where points are missing. */
const FURTHER_BACK = 3;

/** `AWS/Lambda/Errors/route` */
const nameOf = ({ Namespace, MetricName, Dimensions }: Metric): string => {
  const [value] = Dimensions.map(({ Value }) => Value);
  const of =
    typeof value === 'string' && value.startsWith('divert-') ? value.split('-').at(-1) : '';
  return [Namespace, MetricName, of].filter(Boolean).join('/');
};

/** An alarm's state each minute, given what was measured and how late CloudWatch learns of it. */
export function evaluate(
  resource: Resource,
  samples: readonly Sample[],
  { lag, until }: { lag: number; until: number },
): State[] {
  const alarm = resource.Properties as unknown as Alarm;
  const states: State[] = [];
  for (let now = 60; now <= until; now += 60) {
    const known = samples.filter(({ at }) => at + lag <= now);
    states.push(stateAt(alarm, known, now, states.at(-1) ?? 'INSUFFICIENT_DATA'));
  }
  return states;
}

function stateAt(alarm: Alarm, known: readonly Sample[], now: number, before: State): State {
  const period =
    alarm.Period ?? alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period;
  const { EvaluationPeriods: n, DatapointsToAlarm: m = n } = alarm;
  const last = Math.floor(now / period);
  const periods = Array.from({ length: n + FURTHER_BACK }, (_, i) => last - i).filter((i) => i > 0);
  const points = periods.map((i) => {
    const within = known.filter(({ at }) => at >= (i - 1) * period && at < i * period);
    return pointOf(alarm, within);
  });
  if (alarm.EvaluateLowSampleCountPercentile === 'ignore') {
    const start = (last - n) * period;
    const own = known.filter((one) => one.metric === nameOf(alarm) && one.at >= start);
    const needed = 10 / (1 - Number(alarm.ExtendedStatistic?.slice(1)) / 100);
    if (own.length > 0 && countOf(own) < needed) return before;
  }
  const real = points.filter((point) => point !== undefined).slice(0, n);
  const missing = Math.min(n, periods.length) - real.length;
  const breaching =
    real.filter((point) => breaches(alarm, point)).length +
    (alarm.TreatMissingData === 'breaching' ? Math.max(0, missing) : 0);
  return breaching >= m ? 'ALARM' : 'OK';
}

const countOf = (samples: readonly Sample[]): number =>
  samples.reduce((sum, { count = 1 }) => sum + count, 0);

function breaches({ ComparisonOperator: operator, Threshold }: Alarm, point: number): boolean {
  if (operator === 'GreaterThanThreshold') return point > Threshold;
  if (operator === 'GreaterThanOrEqualToThreshold') return point >= Threshold;
  if (operator === 'LessThanThreshold') return point < Threshold;
  throw new Error(`no operator ${operator}`);
}

/** The alarm's value in one period. */
function pointOf(alarm: Alarm, samples: readonly Sample[]): Point {
  const { Metrics, Statistic, ExtendedStatistic } = alarm;
  if (!Metrics)
    return statistic(nameOf(alarm), (Statistic ?? ExtendedStatistic) as string, samples);
  const values = new Map<string, () => Point>();
  for (const { Id, Expression, MetricStat } of Metrics) {
    values.set(Id, () =>
      MetricStat
        ? statistic(nameOf(MetricStat.Metric), MetricStat.Stat, samples)
        : calculate(Expression as string, (id) => {
            const value = values.get(id);
            if (!value) throw new Error(`no metric ${id}`);
            return value();
          }),
    );
  }
  const shown = Metrics.filter(({ ReturnData }) => ReturnData !== false);
  if (shown.length !== 1) throw new Error('an alarm looks at one series');
  return values.get(shown[0]?.Id as string)?.();
}

function statistic(metric: string, stat: string, samples: readonly Sample[]): Point {
  const own = samples.filter((sample) => sample.metric === metric);
  if (own.length === 0) return undefined;
  if (stat === 'Sum') return own.reduce((sum, { value, count = 1 }) => sum + value * count, 0);
  if (stat === 'Minimum') return Math.min(...own.map(({ value }) => value));
  if (stat === 'Maximum') return Math.max(...own.map(({ value }) => value));
  const rank = (Number(stat.slice(1)) / 100) * countOf(own);
  let seen = 0;
  for (const { value, count = 1 } of own.toSorted((a, b) => a.value - b.value)) {
    seen += count;
    if (seen >= rank) return value;
  }
  return undefined;
}

/** Metric math, as far as the alarms use it: numbers, ids, `+ - * /`, comparisons, `IF`, `FILL`. */
function calculate(expression: string, pointOfId: (id: string) => Point): Point {
  const tokens = expression.match(/[A-Za-z]\w*|\d+(?:\.\d+)?|>=|<=|[-+*/><(),]/g) ?? [];
  if (tokens.join('') !== expression.replaceAll(/\s/g, '')) throw new Error(`read: ${expression}`);
  let at = 0;
  const take = (wanted: string): void => {
    if (tokens[at++] !== wanted) throw new Error(`${wanted} is missing in ${expression}`);
  };
  const both = (a: Point, b: Point, f: (a: number, b: number) => number): Point =>
    a === undefined || b === undefined ? undefined : f(a, b);
  const binary =
    (next: () => Point, operators: Record<string, (a: number, b: number) => number>) => () => {
      let value = next();
      for (let f = operators[tokens[at] ?? '']; f; f = operators[tokens[at] ?? '']) {
        at += 1;
        value = both(value, next(), f);
      }
      return value;
    };
  const atom = (): Point => {
    const token = tokens[at++] ?? '';
    if (/^\d/.test(token)) return Number(token);
    if (token === '(') {
      const value = comparison();
      take(')');
      return value;
    }
    if (token !== 'IF' && token !== 'FILL') return pointOfId(token);
    take('(');
    const args: Point[] = [comparison()];
    while (tokens[at] === ',') {
      at += 1;
      args.push(comparison());
    }
    take(')');
    const [first, second, third] = args;
    if (token === 'FILL') return first ?? second;
    if (first === undefined) return undefined;
    return first ? second : third;
  };
  const product = binary(atom, { '*': (a, b) => a * b, '/': (a, b) => a / b });
  const sum = binary(product, { '+': (a, b) => a + b, '-': (a, b) => a - b });
  const comparison = binary(sum, { '>': (a, b) => +(a > b), '>=': (a, b) => +(a >= b) });
  const value = comparison();
  if (at < tokens.length) throw new Error(`${tokens[at]} is too much in ${expression}`);
  return value;
}
