import type { RouteRequest } from '../../../decide/decision.ts';
import { escapeUser, isNumber } from '../../../sip/user.ts';
import type { Who } from '../phone/settings.ts';

/** A call that is asked about. */
export interface Question {
  /** A name of the domain, a number, an address; empty: somebody outside. */
  readonly caller: string;
  /** As it was dialled; empty: the person's own address. */
  readonly dialled: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How the called phone's leg ended; `always`: it has not been called yet. */
  readonly outcome: Outcome;
}

/** How a phone's leg ends so that a trigger applies. */
export const OUTCOMES = {
  always: undefined,
  busy: { status: 486 },
  'no-answer': { status: 408, ringing: true },
  unreachable: { status: 404 },
  declined: { status: 603 },
} as const;
export type Outcome = keyof typeof OUTCOMES;

/** The body of `POST …/explain`. */
export type Asked = RouteRequest & {
  readonly at?: string;
  readonly follow?: boolean;
  /** Of a call that was found in the log. */
  readonly found?: unknown;
};

export function requestFor({ domain, user }: Who, question: Question, follow: boolean): Asked {
  const requestUri = addressOf(question.dialled || user, domain);
  const caller =
    question.caller === '' ? 'sip:caller@outside.invalid' : addressOf(question.caller, domain);
  const ended = OUTCOMES[question.outcome];
  return {
    callId: 'console',
    requestUri,
    from: `<${caller}>;tag=1`,
    to: `<${requestUri}>`,
    at: new Date(question.at).toISOString(),
    ...(ended && { outcome: ended }),
    ...(follow && { follow }),
  };
}

/** What a person types, as a SIP URI; a number is one wherever it is from. */
function addressOf(typed: string, domain: string): string {
  const text = typed.trim();
  if (/^sips?:/i.test(text)) return text;
  if (text === 'anonymous') return 'sip:anonymous@anonymous.invalid';
  const at = text.lastIndexOf('@');
  if (at > 0) return `sip:${escapeUser(text.slice(0, at))}@${text.slice(at + 1)}`;
  const user = text.replace(/[\s()/-]/g, '');
  return isNumber(user)
    ? `sip:${escapeUser(user)}@${domain};user=phone`
    : `sip:${escapeUser(text)}@${domain}`;
}
