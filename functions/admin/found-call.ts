import type { TargetDropped } from '../decide/trace.ts';
import { escapeUser } from '../sip/user.ts';

/** A call as the decision log tells it: numbers masked unless the deployment shows them. */
export interface FoundCall {
  /** RFC 3339. */
  readonly at: string;
  readonly decisionId: string;
  readonly callId?: string;
  readonly peer?: string;
  readonly caller?: string;
  readonly called?: string;
  readonly dialled?: string;
  readonly outcome?: number;
  readonly action: string;
  readonly status?: number;
  readonly targets?: readonly string[];
  readonly dropped?: readonly TargetDropped[];
  readonly rule?: string;
  readonly layer?: string;
  readonly trigger?: string;
  readonly rules?: string;
  readonly rulesVersion?: number;
  readonly policyVersion?: number;
  readonly degraded?: boolean;
}

/** What of a line goes out; nothing else does, whatever is logged one day. */
const FIELDS = [
  'decisionId',
  'callId',
  'peer',
  'caller',
  'called',
  'dialled',
  'outcome',
  'action',
  'status',
  'targets',
  'dropped',
  'rule',
  'layer',
  'trigger',
  'rules',
  'rulesVersion',
  'policyVersion',
  'degraded',
] as const;

/** Reads a decision's line; undefined where it is none, or another domain's. */
export function foundCall(line: string, domain: string): FoundCall | undefined {
  let said: Readonly<Record<string, unknown>>;
  try {
    said = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { Timestamp: at } = (said._aws ?? {}) as { Timestamp?: unknown };
  if (said.event !== 'decision' || said.domain !== domain || typeof at !== 'number') {
    return undefined;
  }
  const call = Object.fromEntries(
    FIELDS.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])),
  );
  return { at: new Date(at).toISOString(), ...call } as unknown as FoundCall;
}

/** Who was asked for, in clear: what the line masks is known where it was found by it. */
export interface Asked {
  /** The called user. */
  readonly user?: string;
  /** The caller's identity. */
  readonly caller?: string;
  readonly callId?: string;
}

/** What of a call the log does not tell. */
export type Unknown = 'caller' | 'called' | 'headers';

/** A body of `POST …/explain` that asks why a found call went where it went. */
export interface ExplainFound {
  readonly callId: string;
  readonly peer?: string;
  readonly requestUri: string;
  readonly from: string;
  readonly to: string;
  readonly outcome?: object;
  readonly at: string;
  readonly found: {
    readonly rulesVersion?: number;
    readonly policyVersion?: number;
    readonly action: string;
    readonly status?: number;
    readonly rule?: string;
    /** Masked, or not logged. */
    readonly unknown: readonly Unknown[];
  };
}

/** Asks for the explanation of a found call, as far as it is known. */
export function explainFound(call: FoundCall, domain: string, asked: Asked): ExplainFound {
  const { at, peer, callId, outcome, action, status, rule, rulesVersion, policyVersion } = call;
  const dialled = dialledIn(call, asked);
  const caller = asked.caller ?? call.caller ?? 'anonymous';
  const uri = isNumber(dialled.key)
    ? `sip:${dialled.key}@${domain};user=phone`
    : `sip:${escapeUser(dialled.key)}@${domain}`;
  const unknown: Unknown[] = [
    ...(isMasked(caller) ? (['caller'] as const) : []),
    ...(dialled.sure ? [] : (['called'] as const)),
    'headers',
  ];
  return {
    callId: asked.callId ?? callId ?? 'found',
    ...(peer !== undefined && { peer }),
    requestUri: uri,
    from: fromOf(caller),
    to: `<${uri}>`,
    ...(outcome !== undefined && { outcome: outcomeOf(outcome, call) }),
    at,
    found: {
      ...(rulesVersion !== undefined && { rulesVersion }),
      ...(policyVersion !== undefined && { policyVersion }),
      ...{ action, ...(status !== undefined && { status }), ...(rule !== undefined && { rule }) },
      unknown,
    },
  };
}

/** The key that was dialled, or the called user's own, under whom the same rules stand. */
function dialledIn(
  { dialled, called }: FoundCall,
  { user }: Asked,
): { readonly key: string; readonly sure: boolean } {
  const same = dialled === called;
  if (dialled !== undefined && !isMasked(dialled)) return { key: dialled, sure: true };
  if (user !== undefined) return { key: user, sure: same };
  if (called !== undefined && !isMasked(called)) return { key: called, sure: same };
  return { key: dialled ?? called ?? 'unknown', sure: false };
}

/** How the called user's leg ended: a phone's own targets are known as far as they were used. */
const outcomeOf = (status: number, { trigger, targets = [] }: FoundCall): object => ({
  status,
  ...(trigger === 'no-answer' && { ringing: true }),
  ...(status >= 300 && status < 400 && { contacts: targets.map((target) => `<sip:${target}>`) }),
});

/** A number has no host that is known: not the domain's, which would make the caller one of its own. */
function fromOf(caller: string): string {
  if (caller === 'anonymous') return '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=found';
  return caller.includes('@')
    ? `<sip:${caller}>;tag=found`
    : `<sip:${caller}@unknown.invalid;user=phone>;tag=found`;
}

const isNumber = (key: string): boolean => /^\+\d+$/.test(key);

/** `+49*******67`: see `functions/answer/mask.ts`. */
const isMasked = (text: string): boolean => /\d\*+[^@]*\d/.test(text);
