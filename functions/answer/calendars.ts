import type { Calendar } from '../decide/model.ts';
import type { RuleReader } from '../store/reader.ts';
import type { Log } from './log.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** From so long before a calendar's end it is told, and until so long after: then it is meant. */
const TOLD_DAYS = 30;

/** The same reader, which tells of a policy that it reads which of its calendars run out. */
export function tellingCalendars(reader: RuleReader, now: () => number, log: Log): RuleReader {
  return {
    ...reader,
    async policy(domain, options) {
      const policy = await reader.policy(domain, options);
      for (const [calendar, entries] of Object.entries(policy?.calendars ?? {})) {
        const daysLeft = Math.floor((endOf(entries) - now()) / DAY_MS);
        if (Math.abs(daysLeft) <= TOLD_DAYS) log({ event: 'calendar', domain, calendar, daysLeft });
      }
      return policy;
    },
  };
}

/** When its last day or event is over, or what was written out of recurring ones; in UTC. */
function endOf({ days, spans, wall, yearly, expandedUntil }: Calendar): number {
  if (yearly) return Infinity;
  return Math.max(
    expandedUntil ?? -Infinity,
    ((days.at(-1)?.[1] ?? -Infinity) + 1) * DAY_MS,
    spans?.at(-1)?.[1] ?? -Infinity,
    (wall?.at(-1)?.[1] ?? -Infinity) * MINUTE_MS,
  );
}
