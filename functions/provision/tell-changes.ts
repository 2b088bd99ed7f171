import { type BusEvent, MOST_EVENTS, type PutEvents } from '../aws/event-bus.ts';
import { type Change, changeIn, type Image } from '../store/change.ts';

/** A record of the table's stream, as Lambda passes it on. */
export interface StreamRecord {
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | { readonly SequenceNumber?: string | undefined; readonly NewImage?: Image | undefined }
    | undefined;
}

/** `detail-type` by what was changed. docs/events.md */
const TYPES: Readonly<Record<Change['kind'], string>> = {
  policy: 'Policy Changed',
  subscriber: 'Subscriber Changed',
  phone: 'Phone Settings Changed',
  switches: 'Switches Changed',
  peer: 'Peer Changed',
  token: 'Token Keys Changed',
  forgotten: 'History Forgotten',
};

/** A change as an event: who, whose and when, and nothing of what is set. */
function eventOf({ kind, ...detail }: Change, source: string): BusEvent {
  return { source, type: TYPES[kind], at: Date.parse(detail.at), detail };
}

/**
 * Tells the changes of the records, in their order, one event each. At least once: those behind one
 * that was not taken may be told already, and are told again.
 *
 * @param options.source of the events: `divert.prod`
 * @param options.failed takes why one is not told: now, or, where `lost`, ever
 * @returns the sequence number of the first that was not told; undefined: all were
 */
export async function tellChanges(
  records: readonly StreamRecord[],
  options: {
    readonly put: PutEvents;
    readonly source: string;
    readonly failed: (why: string, lost: boolean) => void;
  },
): Promise<string | undefined> {
  const { put, source, failed } = options;
  const told = records.flatMap(({ eventName, dynamodb = {} }) => {
    const { NewImage, SequenceNumber = '' } = dynamodb;
    if (eventName !== 'INSERT' || NewImage === undefined) return [];
    try {
      const change = changeIn(NewImage);
      return change ? [{ event: eventOf(change, source), number: SequenceNumber }] : [];
    } catch (error) {
      // To read it again would not help, and would hold up all that come after it.
      failed((error as Error).message, true);
      return [];
    }
  });
  for (let from = 0; from < told.length; from += MOST_EVENTS) {
    const some = told.slice(from, from + MOST_EVENTS);
    const untaken = await put(some.map(({ event }) => event)).catch((error: Error) => ({
      index: 0,
      why: `${error.name}, ${error.message}`,
    }));
    if (untaken === undefined) continue;
    failed(untaken.why, false);
    return some[untaken.index]?.number;
  }
  return undefined;
}
