import type { KeyObject } from 'node:crypto';
import type { Decision, Layer } from '../decide/decision.ts';
import type { Trigger } from '../decide/model.ts';
import type { TargetDropped } from '../decide/trace.ts';
import { searchHash } from '../store/search-hash.ts';
import { maskNumbers } from './mask.ts';
import { metricsFormat } from './metrics.ts';

/** One line a decision. */
export interface DecisionLine {
  readonly event: 'decision';
  readonly decisionId: string;
  readonly callId: string;
  /** Absent where the key could not be checked. */
  readonly peer?: string | undefined;
  readonly domain?: string | undefined;
  /** By which the line can be found; absent: by nothing that it does not tell. */
  readonly searchKey?: KeyObject | undefined;
  /** Who called: an identity, or `anonymous`. In this and the four below numbers are masked. */
  readonly caller?: string | undefined;
  /** The user who was called; what was dialled where it is nobody's. */
  readonly called?: string | undefined;
  /** The key that was dialled. */
  readonly dialled?: string | undefined;
  /** SIP status with which the called user's leg ended; absent on the first INVITE. */
  readonly outcome?: number | undefined;
  /** Of a redirect, best first. */
  readonly targets?: readonly string[] | undefined;
  readonly dropped?: readonly TargetDropped[] | undefined;
  readonly action: Decision['action'];
  readonly status?: number | undefined;
  readonly rule?: string | undefined;
  readonly layer?: Layer | undefined;
  readonly trigger?: Trigger | undefined;
  /** Versions of what was read. */
  readonly rulesVersion?: number | undefined;
  readonly policyVersion?: number | undefined;
  /** Which rules: the store's, this instance's last known, or none. */
  readonly rules: 'read' | 'last-known' | 'none';
  /** Why the rules could not be read. */
  readonly cause?: string | undefined;
  readonly badToken: boolean;
  readonly durationMs: number;
  readonly storeMs: number;
  /** How long the start of the instance took that this call waited for; absent: it did not. */
  readonly initMs?: number | undefined;
}

/** A request that was refused. */
export interface RefusalLine {
  readonly event: 'refused';
  readonly status: number;
  readonly field?: string | undefined;
  readonly peer?: string | undefined;
  /** The address that sent it, as API Gateway saw it. */
  readonly sourceIp?: string | undefined;
}

/** A calendar of a domain that has few days left, or ended lately. */
export interface CalendarLine {
  readonly event: 'calendar';
  readonly domain: string;
  /** Its name in the rules. */
  readonly calendar: string;
  /** Below 0: so long ago. */
  readonly daysLeft: number;
}

/** How a calendar that is fetched fared in the daily round. */
export interface FetchedLine {
  readonly event: 'fetched';
  readonly domain: string;
  /** Its name in the rules; absent where the whole domain failed. */
  readonly calendar?: string | undefined;
  readonly is: 'new' | 'unchanged' | 'kept';
  /** Why the copy of before was kept. */
  readonly failure?: string | undefined;
  /** When its source last confirmed what is used: RFC 3339. */
  readonly confirmed?: string | undefined;
  /** Whether somebody has to look. */
  readonly stale: boolean;
}

/** Something an operator has to know. */
export interface NoteLine {
  readonly event: 'error' | 'warning';
  readonly message: string;
  readonly decisionId?: string | undefined;
  readonly peer?: string | undefined;
  readonly stack?: string | undefined;
}

export type LogLine = DecisionLine | RefusalLine | CalendarLine | FetchedLine | NoteLine;
export type Log = (line: LogLine) => void;

/** Long enough for every Call-ID that is one. */
const MAX_CALL_ID = 256;

/** As many as targets go out. Logs Insights finds a hundred fields in a line, with all of each element. */
const MOST_DROPPED = 10;

/**
 * Writes one line of JSON each; decisions, refused keys and calendars carry their metrics in them.
 *
 * @param numbers whether phone numbers are written as they are
 * @param write takes a line with its newline
 */
export function createLog(stage: string, numbers: boolean, write: (line: string) => void): Log {
  const metrics = metricsFormat(stage);
  const shown = numbers ? (text: string) => text : maskNumbers;
  return (line) => {
    if (line.event === 'decision') {
      const {
        callId,
        searchKey,
        caller,
        called,
        dialled,
        targets,
        dropped,
        durationMs,
        storeMs,
        initMs,
        badToken,
        ...rest
      } = line;
      const degraded = line.rules !== 'read';
      const fields = {
        level: degraded ? 'warn' : 'info',
        Action: line.action,
        Decisions: 1,
        Degraded: degraded ? 1 : 0,
        BadTokens: badToken ? 1 : 0,
        LatencyMs: durationMs,
        StoreMs: storeMs,
        ...(initMs !== undefined && { InitMs: initMs }),
        ...(degraded && { degraded }),
        ...(searchKey && hashes(searchKey, line)),
        callId: shown(callId.slice(0, MAX_CALL_ID)),
        caller: caller && shown(caller),
        called: called && shown(called),
        dialled: dialled === called ? called && shown(called) : dialled && shown(dialled),
        ...rest,
        // Behind all that is looked for: a phone may name a hundred targets in one answer.
        targets: targets?.map(shown),
        dropped: dropped
          ?.slice(0, MOST_DROPPED)
          .map(({ target, why }) => ({ target: shown(target), why })),
        ...(dropped && dropped.length > MOST_DROPPED && { droppedInAll: dropped.length }),
      };
      const format = initMs === undefined ? metrics.decision : metrics.coldDecision;
      write(`${format}${Date.now()}},${JSON.stringify(fields).slice(1)}\n`);
    } else if (line.event === 'refused' && line.status === 401) {
      const fields = { level: 'warn', RefusedKeys: 1, ...line };
      write(`${metrics.refusedKey}${Date.now()}},${JSON.stringify(fields).slice(1)}\n`);
    } else if (line.event === 'calendar') {
      const fields = { level: 'warn', CalendarDaysLeft: line.daysLeft, ...line };
      write(`${metrics.calendar}${Date.now()}},${JSON.stringify(fields).slice(1)}\n`);
    } else if (line.event === 'fetched') {
      const fields = {
        level: line.is === 'kept' ? 'warn' : 'info',
        StaleCalendars: line.stale ? 1 : 0,
        ...line,
      };
      write(`${metrics.fetched}${Date.now()}},${JSON.stringify(fields).slice(1)}\n`);
    } else {
      const level = { refused: 'info', warning: 'warn', error: 'error' }[line.event];
      write(`${JSON.stringify({ level, ...line })}\n`);
    }
  };
}

/** What a call is found by; of whom nothing is known there is none. */
const hashes = (key: KeyObject, { callId, called, caller }: DecisionLine) => ({
  callIdHash: searchHash(key, callId),
  ...(called !== undefined && { calledHash: searchHash(key, called) }),
  ...(caller !== undefined && { callerHash: searchHash(key, caller) }),
});
