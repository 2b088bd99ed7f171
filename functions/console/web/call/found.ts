import { answered, api, type Schemas } from '../api.ts';

export type FoundCall = Schemas['FoundCall'];

/** Calls that are looked for. */
export interface Search {
  readonly domain: string;
  readonly user?: string | undefined;
  readonly caller?: string | undefined;
  /** Milliseconds since the epoch; excluded. */
  readonly from: number;
  readonly to: number;
}

export interface Found {
  readonly items: readonly FoundCall[];
  /** Whether all of the time was looked through. */
  readonly complete: boolean;
}

/** So often is a search gone on with: each answer comes within 5 s. */
const MOST_ANSWERS = 12;
const MOST_CALLS = 100;

/** @throws {Refusal} */
export async function findCalls({ domain, user, caller, from, to }: Search): Promise<Found> {
  const items: FoundCall[] = [];
  const asked = {
    ...(user && { user }),
    ...(caller && { caller }),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  };
  let cursor: string | undefined;
  for (let i = 0; i < MOST_ANSWERS; i++) {
    const query = cursor === undefined ? asked : { cursor };
    const { value } = await answered(
      api.GET('/domains/{domain}/calls', { params: { path: { domain }, query } }),
    );
    items.push(...value.items);
    cursor = value.next;
    if (cursor === undefined) return { items, complete: value.complete };
    if (items.length >= MOST_CALLS) break;
  }
  return { items, complete: false };
}
