import { JsonApi } from './json-api.ts';
import { serviceIn } from './service.ts';

/** What is said on a bus of EventBridge. */
export interface BusEvent {
  /** Who says it: `divert.prod`. */
  readonly source: string;
  /** `detail-type`: what happened. */
  readonly type: string;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  readonly detail: object;
}

/** The first event that a bus did not take; it may have taken those behind it. */
export interface Untaken {
  readonly index: number;
  /** EventBridge's name for it: `ThrottlingException`. */
  readonly why: string;
}

/**
 * Puts events on a bus, in their order.
 *
 * @returns undefined: all were taken
 * @throws what the connection or the service says: none was taken then, as far as is known
 */
export type PutEvents = (events: readonly BusEvent[]) => Promise<Untaken | undefined>;

/** So many PutEvents takes in one request. */
export const MOST_EVENTS = 10;

/** For a request; the function that waits ends later. */
const REQUEST_MS = 5_000;

/**
 * EventBridge's bus of this name, as a Lambda's environment has it. Nothing is retried.
 *
 * @throws at once where region or credentials are missing
 */
export function eventBusIn(env: NodeJS.ProcessEnv, bus: string): PutEvents {
  const service = serviceIn(env, 'Events');
  const api = new JsonApi('Events', async () => service);
  return async (events) => {
    const Entries = events.map(({ source, type, at, detail }) => ({
      EventBusName: bus,
      Source: source,
      DetailType: type,
      // Of the JSON protocol: seconds since the epoch.
      Time: at / 1000,
      Detail: JSON.stringify(detail),
    }));
    const signal = AbortSignal.timeout(REQUEST_MS);
    const answer = await api.post('PutEvents', JSON.stringify({ Entries }), { signal });
    return firstUntaken(answer as Answer, events.length);
  };
}

/** What PutEvents answers, as far as it is used: an entry for each that was put, in their order. */
interface Answer {
  readonly FailedEntryCount?: number;
  readonly Entries?: readonly { readonly EventId?: string; readonly ErrorCode?: string }[];
}

function firstUntaken(
  { FailedEntryCount, Entries = [] }: Answer,
  put: number,
): Untaken | undefined {
  if (FailedEntryCount === 0) return undefined;
  for (let index = 0; index < put; index++) {
    const { EventId, ErrorCode = 'no answer' } = Entries[index] ?? {};
    if (EventId === undefined) return { index, why: ErrorCode };
  }
  return undefined;
}
