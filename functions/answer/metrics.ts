/** What one line adds to CloudWatch's metrics. */
type Unit = 'Count' | 'Milliseconds';

/** CloudWatch namespace of everything that Divert measures. */
export const NAMESPACE = 'Divert';

const ONE: Readonly<Record<string, Unit>> = { Decisions: 'Count' };
const ALL: Readonly<Record<string, Unit>> = {
  Decisions: 'Count',
  Degraded: 'Count',
  BadTokens: 'Count',
  LatencyMs: 'Milliseconds',
  StoreMs: 'Milliseconds',
};
/** How many there are is how many calls waited for an instance to start. */
const COLD: Readonly<Record<string, Unit>> = { ...ALL, InitMs: 'Milliseconds' };

/**
 * CloudWatch's embedded metric format: metrics are members of the log line, which CloudWatch takes
 * out without a call of ours. What describes them is the same in every line and printed once.
 */
export interface MetricsFormat {
  /** The start of a line of a decision, up to the value of `Timestamp`. */
  readonly decision: string;
  /** The same of one that waited for its instance to start. */
  readonly coldDecision: string;
  /** The same of a refused key. */
  readonly refusedKey: string;
  /** The same of a calendar that runs out. */
  readonly calendar: string;
  /** The same of a calendar that was fetched again, or was not. */
  readonly fetched: string;
}

/** @param stage the deployment, as a dimension: `prod` */
export function metricsFormat(stage: string): MetricsFormat {
  const decision = (measured: typeof ALL) =>
    start(stage, [directive(['Stage', 'Action'], ONE), directive(['Stage'], measured)]);
  return {
    decision: decision(ALL),
    coldDecision: decision(COLD),
    refusedKey: start(stage, [directive(['Stage'], { RefusedKeys: 'Count' })]),
    calendar: start(stage, [directive(['Stage'], { CalendarDaysLeft: 'Count' })]),
    fetched: start(stage, [directive(['Stage'], { StaleCalendars: 'Count' })]),
  };
}

function start(stage: string, directives: object[]): string {
  const text = JSON.stringify({ Stage: stage, _aws: { CloudWatchMetrics: directives } });
  return `${text.slice(0, -2)},"Timestamp":`;
}

function directive(dimensions: string[], metrics: Readonly<Record<string, Unit>>): object {
  return {
    Namespace: NAMESPACE,
    Dimensions: [dimensions],
    Metrics: Object.entries(metrics).map(([Name, Unit]) => ({ Name, Unit })),
  };
}
