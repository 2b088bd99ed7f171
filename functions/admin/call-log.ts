import { type LogsInsights, logsInsightsIn } from '../aws/logs-insights.ts';

/** Where the decisions are logged, and who may look for calls in there. */
export interface CallLog {
  /** `helpdesk`: administrators and help desks; `all`: subscribers too, their own calls. */
  readonly for: 'helpdesk' | 'all';
  /** A region may lack the last: those of functions that a switch gives. */
  readonly groups: readonly string[];
  /** The logs of each region that takes calls, by its name. */
  readonly regions: ReadonlyMap<string, LogsInsights>;
  /** How much all searches of a day may read. */
  readonly bytesADay: number;
}

const GB = 1e9;

/**
 * `DIVERT_CALL_SEARCH` (off, helpdesk or all; default off), `DIVERT_CALL_SEARCH_GB` a day,
 * `DIVERT_LOG_GROUPS` and `DIVERT_LOG_REGIONS`, separated by spaces.
 *
 * @returns undefined: calls can't be searched
 * @throws at start where a setting is wrong, naming it
 */
export function callLogFrom(env: NodeJS.ProcessEnv): CallLog | undefined {
  const { DIVERT_CALL_SEARCH: who = 'off', DIVERT_CALL_SEARCH_GB: gb = '10' } = env;
  if (who === 'off' || who === '') return undefined;
  if (who !== 'helpdesk' && who !== 'all') {
    throw new Error(`DIVERT_CALL_SEARCH is "${who}": give off, helpdesk or all`);
  }
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(gb)) {
    throw new Error(`DIVERT_CALL_SEARCH_GB is "${gb}": give gigabytes a day`);
  }
  const groups = words(env.DIVERT_LOG_GROUPS);
  const regions = words(env.DIVERT_LOG_REGIONS || env.AWS_REGION);
  if (groups.length === 0) throw new Error('DIVERT_LOG_GROUPS is not set: it names the log groups');
  return {
    ...{ for: who, groups, bytesADay: Number(gb) * GB },
    regions: new Map(regions.map((region) => [region, logsInsightsIn(env, region)])),
  };
}

const words = (text = ''): string[] => text.split(/\s+/).filter(Boolean);
