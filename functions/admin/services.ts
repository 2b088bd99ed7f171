import type { Peer, Policy, Subscriber } from '../decide/model.ts';
import type { Fetch } from '../fetch/fetch-document.ts';
import type { CallLog } from './call-log.ts';

/** What the API answers with the code that answers calls, which stands on a floor above, and the internet. */
export interface Services {
  /**
   * What `/v1/explain` answers to a body, as if this peer had asked; hops outside its domains are
   * not followed.
   *
   * @throws {Problem} 400
   */
  readonly explain: (body: unknown, peer: Peer) => Promise<Explained>;
  /** See `functions/explain/forecast.ts`. Milliseconds since the epoch. */
  readonly forecast: (outlook: Outlook, from: number, to: number) => readonly unknown[];
  /** Absent: calls are not searched. */
  readonly callLog?: CallLog | undefined;
  /** How a calendar that a policy names for the first time is got. */
  readonly fetch: Fetch;
  /** See `functions/explain/forwarded.ts`. */
  readonly forwarded: (outlook: Outlook, at: number) => Forwarded | undefined;
}

/** How somebody is forwarded: where to at once, by which rule, and what they set by phone. */
export interface Forwarded {
  readonly targets: readonly string[];
  readonly rule?: string;
  readonly phone: readonly string[];
}

export interface Explained {
  readonly decision: object;
  readonly considered: readonly {
    readonly layer: string;
    readonly conditions: readonly { readonly condition: string; readonly value: unknown }[];
  }[];
  readonly rules?: object;
}

export interface Outlook {
  readonly policy: Policy;
  readonly subscriber: Subscriber;
  readonly peer: Peer | undefined;
  readonly switches: readonly string[];
}
