import { describe, expect, test } from 'vitest';
import {
  type ChimeEvent,
  type ChimeResponse,
  decodeChime,
  encodeChime,
} from '../../functions/dialects/chime.ts';
import { safeAnswer } from '../../functions/dialects/safe-answer.ts';
import { Problem } from '../../functions/http/problem.ts';
import { CALLED, type Called, KEY_HASH, world } from './world.ts';

const ALICE = '+493000000042';
const CONNECTOR = 'arn:aws:chime:us-east-1:111122223333:vc/abcdef1ghij2klmno3pqr4';

/** docs.aws.amazon.com/chime-sdk/latest/dg/case-1.html; SipHeaders as in …/sip-headers.html. */
function event(called: Called, change: object = {}): ChimeEvent {
  const given: unknown = {
    SchemaVersion: '1.0',
    Sequence: 1,
    InvocationEventType: 'NEW_INBOUND_CALL',
    CallDetails: {
      TransactionId: 'transaction-1',
      AwsAccountId: '111122223333',
      AwsRegion: 'us-east-1',
      SipRuleId: 'rule-1',
      SipApplicationId: 'application-1',
      Participants: [
        {
          CallId: 'call-1',
          ParticipantTag: 'LEG-A',
          To: CALLED[called].number,
          From: ALICE,
          Direction: 'Inbound',
          StartTimeInMilliseconds: '159700958834234',
          ...change,
        },
      ],
    },
  };
  return given as ChimeEvent;
}

/** What functions/handlers/chime.ts does, its answerer given. */
async function handle(
  given: ChimeEvent,
  connector?: string,
  where = world(),
): Promise<ChimeResponse> {
  const request = decodeChime(given);
  if ('Actions' in request) return request;
  try {
    const { answerer } = where.options;
    const { answer, peer } = await answerer.answer(request, { keyHash: KEY_HASH });
    return encodeChime(answer, given, connector, request, peer);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return encodeChime(safeAnswer(request, error.peer), given, connector, request, error.peer);
  }
}

const bridge = (endpoint: object, more: object = {}) => ({
  SchemaVersion: '1.0',
  Actions: [
    {
      Type: 'CallAndBridge',
      Parameters: expect.objectContaining({
        CallTimeoutSeconds: 60,
        CallerIdNumber: ALICE,
        Endpoints: [endpoint],
        ...more,
      }),
    },
  ],
});
const hangup = (SipResponseCode: string) => ({
  SchemaVersion: '1.0',
  Actions: [{ Type: 'Hangup', Parameters: { CallId: 'call-1', SipResponseCode } }],
});
const aws = (Uri: string) => ({ BridgeEndpointType: 'AWS', Arn: CONNECTOR, Uri });

describe('chime', () => {
  test.each([
    [
      'redirect to a number, over the PSTN',
      'number',
      undefined,
      bridge({ BridgeEndpointType: 'PSTN', Uri: '+4915112345678' }),
    ],
    ['redirect to a number, by the connector', 'number', CONNECTOR, bridge(aws('+4915112345678'))],
    ['redirect to a name', 'name', CONNECTOR, bridge(aws('carol@example.com'))],
    ['redirect to a name without connector', 'name', undefined, hangup('480')],
    ['redirect to several: the best', 'several', CONNECTOR, bridge(aws('carol@example.com'))],
    ['continue', 'plain', CONNECTOR, bridge(aws(CALLED.plain.number))],
    ['continue without connector', 'plain', undefined, hangup('480')],
    ['reject', 'dnd', CONNECTOR, hangup('486')],
  ] as const)('%s', async (_, called, connector, expected) => {
    expect(await handle(event(called), connector)).toEqual(expected);
  });

  test('Diversion out and in', async () => {
    const Diversion = expect.stringMatching(
      /^<sip:\+493000000002@example\.com;user=phone>;reason=uncond/,
    );
    expect(await handle(event('number'), CONNECTOR)).toEqual(
      bridge(aws('+4915112345678'), { SipHeaders: { Diversion } }),
    );
    const SipHeaders = { Diversion: '<sip:+4915112345678@example.com>;reason=no-answer' };
    expect(await handle(event('number', { SipHeaders }), CONNECTOR)).toEqual(
      bridge(aws(CALLED.number.number)),
    );
  });

  test('ring time, after which the leg fails', async () => {
    const { Actions } = await handle(event('away'), CONNECTOR);
    expect(Actions[0]).toMatchObject({ Parameters: { CallTimeoutSeconds: 15 } });
  });

  test.each(['', 'anonymous'])('anonymous, From %j', async (From) => {
    expect(await handle(event('shy', { From }), CONNECTOR)).toEqual(hangup('480'));
  });

  test('degraded', async () => {
    const where = world({ storeFails: true });
    expect(await handle(event('number'), CONNECTOR, where)).toEqual(
      bridge(aws(CALLED.number.number)),
    );
  });

  test('a leg that could not be reached ends the call; other events change nothing', async () => {
    const failed = { InvocationEventType: 'ACTION_FAILED', ActionData: { Type: 'CallAndBridge' } };
    expect(await handle({ ...event('number'), ...failed })).toEqual(hangup('480'));
    for (const InvocationEventType of ['HANGUP', 'ACTION_SUCCESSFUL', 'RINGING']) {
      const answer = await handle({ ...event('number'), InvocationEventType });
      expect(answer).toEqual({ SchemaVersion: '1.0', Actions: [] });
    }
  });

  test('bad input is a Problem, which the handler answers with the safe actions', () => {
    expect(() => decodeChime({ InvocationEventType: 'NEW_INBOUND_CALL' })).toThrow(Problem);
    expect(() => decodeChime(event('number', { To: 'x' }))).toThrow(Problem);
  });
});
