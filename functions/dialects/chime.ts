import type { Answer, RouteRequest } from '../decide/decision.ts';
import type { Peer } from '../decide/model.ts';
import { calledUri, callerOf, nameAddr } from './address.ts';
import { bestTarget, calledTarget, headersOf, type Target } from './contacts.ts';

/** What is used of an event of a SIP media application (docs.aws.amazon.com/chime-sdk, "case-1"). */
export interface ChimeEvent {
  readonly InvocationEventType?: string;
  readonly CallDetails?: {
    readonly TransactionId?: string;
    readonly Participants?: readonly ChimeParticipant[];
  };
  readonly ActionData?: { readonly Type?: string };
}
interface ChimeParticipant {
  readonly CallId?: string;
  readonly ParticipantTag?: string;
  /** E.164. */
  readonly To?: string;
  readonly From?: string;
  readonly SipHeaders?: Readonly<Record<string, string>>;
}

export interface ChimeResponse {
  readonly SchemaVersion: '1.0';
  readonly Actions: readonly object[];
}

/**
 * Reads an event. It has no Call-ID and no domain: a number is the peer's default domain's.
 *
 * @returns the call, or at once the response to what asks for no decision: when a bridged leg could
 *   not be reached the caller is told so, everything else goes on as it is
 * @throws {Problem} 400 where the event has no caller's leg
 */
export function decodeChime(event: ChimeEvent): RouteRequest | ChimeResponse {
  if (event.InvocationEventType === 'ACTION_FAILED' && event.ActionData?.Type === 'CallAndBridge') {
    return actions(hangup(event, 480));
  }
  if (event.InvocationEventType !== 'NEW_INBOUND_CALL') return actions();
  const leg = callersLeg(event);
  const requestUri = calledUri(leg?.To ?? '', '', 'To');
  return {
    callId: event.CallDetails?.TransactionId || leg?.CallId || crypto.randomUUID(),
    requestUri,
    from: callerOf(leg?.From ?? '', ''),
    to: nameAddr(requestUri),
    ...(leg?.SipHeaders && { headers: leg.SipHeaders }),
  };
}

/**
 * Prints an answer: `CallAndBridge` ("call-and-bridge") or `Hangup` ("hangup"), which knows 480 and
 * 486. It bridges: no 302.
 *
 * @param connector ARN of the Voice Connector through which names, and the called user on
 *   `continue`, are reached; without one numbers are called over the PSTN and the rest is 480
 */
export function encodeChime(
  answer: Answer,
  event: ChimeEvent,
  connector: string | undefined,
  request?: RouteRequest,
  peer?: Peer,
): ChimeResponse {
  switch (answer.action) {
    case 'redirect':
      return actions(bridge(bestTarget(answer), answer, event, connector) ?? hangup(event, 480));
    case 'reject':
      return actions(hangup(event, answer.status));
    case 'continue': {
      // Over the PSTN the called number would come back here.
      const called = connector === undefined ? undefined : calledTarget(request?.requestUri, peer);
      const action = called && bridge(called, answer, event, connector);
      return actions(action ?? hangup(event, 480));
    }
  }
}

function bridge(
  { number, address }: Target,
  answer: Answer,
  event: ChimeEvent,
  connector: string | undefined,
): object | undefined {
  if (connector === undefined && !number?.startsWith('+')) return undefined;
  const Uri = number ?? address;
  const diversion = headersOf(answer, 'Diversion')[0];
  return {
    Type: 'CallAndBridge',
    Parameters: {
      CallTimeoutSeconds: answer.ringSeconds ?? 60,
      CallerIdNumber: callersLeg(event)?.From,
      Endpoints: [
        connector === undefined
          ? { BridgeEndpointType: 'PSTN', Uri }
          : { BridgeEndpointType: 'AWS', Arn: connector, Uri },
      ],
      ...(diversion !== undefined && { SipHeaders: { Diversion: diversion } }),
    },
  };
}

function hangup(event: ChimeEvent, status: number | undefined): object {
  const SipResponseCode = status === 486 || status === 600 ? '486' : '480';
  const { CallId } = callersLeg(event) ?? {};
  return { Type: 'Hangup', Parameters: { ...(CallId && { CallId }), SipResponseCode } };
}

function callersLeg({ CallDetails }: ChimeEvent): ChimeParticipant | undefined {
  const legs = CallDetails?.Participants ?? [];
  return legs.find((leg) => leg.ParticipantTag === 'LEG-A') ?? legs[0];
}

function actions(...list: readonly object[]): ChimeResponse {
  return { SchemaVersion: '1.0', Actions: list };
}
