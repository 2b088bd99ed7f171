import type { HeaderFields } from '../sip/headers.ts';
import type { Div } from './div-claims.ts';
import type { Trigger } from './model.ts';

/** The request of `POST /v1/route`, see docs/webhook.md: header values raw. */
export interface RouteRequest {
  readonly callId: string;
  readonly requestUri: string;
  readonly from: string;
  readonly to: string;
  readonly sourceAddress?: string;
  /** `udp`, `tcp`, `tls`, `ws`, `wss`. */
  readonly transport?: string;
  /** Whether the edge can call Contacts itself. */
  readonly canFollow?: boolean;
  readonly headers?: HeaderFields;
  readonly outcome?: {
    readonly status: number;
    readonly ringing?: boolean;
    readonly contacts?: readonly string[];
    readonly headers?: HeaderFields;
  };
}

/** Which part of the rules decided, in the order in which they are tried. */
export const LAYERS = ['first', 'phone', 'subscriber', 'template', 'finally'] as const;
export type Layer = (typeof LAYERS)[number];

/** What an edge does itself instead of sending the 302. */
export interface Follow {
  /** In order, each when the one before has failed. */
  readonly legs: readonly Leg[];
}

/** Calls that ring at once. */
export interface Leg {
  /** After which it has failed; absent: the edge's own limit. */
  readonly ringSeconds?: number;
  readonly branches: readonly Branch[];
}

export type Branch =
  /** The called user's own phones, rung without asking. */
  | { readonly self: true; readonly headers: readonly string[] }
  | {
      /** A complete Contact value, as in `contacts`. */
      readonly contact: string;
      /** Header lines in place of the INVITE's own of these names. */
      readonly headers: readonly string[];
      /** Value of P-Asserted-Identity in place of the caller's (RFC 3325). */
      readonly assertedIdentity?: string;
      /** Value of From in place of the caller's, without tag. */
      readonly from?: string;
    };

interface Decided {
  /** Complete header lines, `Name: value`, without CR or LF. */
  readonly headers?: readonly string[];
  /** The deciding rule's name. */
  readonly rule?: string;
  /** For logs and explain; not part of the answer. */
  readonly trigger?: Trigger;
  readonly layer?: Layer;
  /** The Request-URI carried a loop token that is not ours, of another call or too old. */
  readonly badToken?: true;
}

/** What the deciding core answers. A closed set: every consumer matches it exhaustively. */
export type Decision = Decided &
  (
    | {
        readonly action: 'redirect';
        readonly status: number;
        readonly reason: string;
        /** Complete Contact values, best first: `<sip:carol@example.com;cause=486>;q=1.0;mp=1`. */
        readonly contacts: readonly string[];
        /** Where the edge can call Contacts itself, and is to. */
        readonly follow?: Follow;
        /** To be signed; not part of the answer. */
        readonly divs?: readonly Div[];
      }
    | {
        readonly action: 'continue';
        /** Seconds from the first 180/183 after which the edge asks again with outcome 408. */
        readonly ringSeconds?: number;
      }
    | { readonly action: 'reject'; readonly status: number; readonly reason: string }
  );

/** The JSON body of a 200: a decision, and what the door adds to it. */
export type Answer = Omit<Decision, 'trigger' | 'layer' | 'badToken'> & {
  readonly action: Decision['action'];
  readonly status?: number;
  readonly reason?: string;
  readonly contacts?: readonly string[];
  readonly follow?: Follow;
  readonly ringSeconds?: number;
  readonly degraded?: true;
  readonly decisionId: string;
};
