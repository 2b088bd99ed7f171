import type { Fetch } from '../fetch/fetch-document.ts';
import { listDomains } from '../store/domains.ts';
import { sdkReader } from '../store/sdk-reader.ts';
import type { Author, Table } from '../store/table.ts';
import { addressesIn, type Refreshed, refreshCopies } from './calendar-copies.ts';

/** From so long on without a word from the source a copy is stale: a weekend may pass. */
const STALE_MS = 3 * 86_400_000;
/** How many domains are asked for at a time. */
const AT_ONCE = 8;

/** What an operator has to know of a calendar that is fetched. */
export interface RoundTold extends Refreshed {
  readonly domain: string;
  /** Whether somebody has to look: it is broken, or nothing was got for three days. */
  readonly stale: boolean;
}

/**
 * Fetches the calendars of all domains again, as is done every day. What goes wrong with one is told
 * and keeps no other from its turn.
 *
 * @param options.tell takes how each calendar fared
 * @param options.failed takes what went wrong with a whole domain
 * @param options.timeLeft milliseconds that are left for all
 * @throws where no time is left: whoever started it starts it again
 */
export async function dailyRound(
  table: Table,
  options: {
    readonly fetch: Fetch;
    readonly author: Author;
    readonly tell: (told: RoundTold) => void;
    readonly failed: (domain: string, error: unknown) => void;
    readonly timeLeft: () => number;
  },
): Promise<void> {
  const reader = sdkReader(table.client, table.name);
  const refresh = async (domain: string): Promise<void> => {
    try {
      const policy = await reader.policy(domain, { consistent: true });
      if (policy === undefined || addressesIn(policy.calendars).size === 0) return;
      for (const one of await refreshCopies(table, domain, policy.calendars, options)) {
        options.tell({ ...one, domain, stale: isStale(one, table.now()) });
      }
    } catch (error) {
      options.failed(domain, error);
    }
  };
  for (let after: string | undefined; ; ) {
    const { domains, next } = await listDomains(table, {
      limit: AT_ONCE,
      ...(after !== undefined && { after }),
    });
    // A fetch takes up to ten seconds, and a domain's are made at once.
    if (options.timeLeft() < 30_000)
      throw new Error(`no time is left for ${domains[0]?.domain} and others`);
    await Promise.all(domains.map(({ domain }) => refresh(domain)));
    if (next === undefined) return;
    after = next;
  }
}

const isStale = ({ is, broken, confirmed }: Refreshed, now: number): boolean =>
  is === 'kept' &&
  (broken === true || confirmed === undefined || now - Date.parse(confirmed) >= STALE_MS);
