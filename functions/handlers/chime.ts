import { startAnswerer } from '../answer/bootstrap.ts';
import { toRouteRequest } from '../answer/request.ts';
import {
  type ChimeEvent,
  type ChimeResponse,
  decodeChime,
  encodeChime,
} from '../dialects/chime.ts';
import { safeAnswer } from '../dialects/safe-answer.ts';
import { Problem } from '../http/problem.ts';

const answerer = await startAnswerer();

/**
 * The Lambda of a SIP media application of Amazon Chime SDK, invoked directly: who may is IAM's to
 * say. `DIVERT_CHIME_PEER` is the SHA-256 (hex) of a key of the peer that it is,
 * `DIVERT_CHIME_CONNECTOR` the ARN of its Voice Connector.
 */
export async function handler(event: ChimeEvent): Promise<ChimeResponse> {
  const { DIVERT_CHIME_PEER: keyHash = '', DIVERT_CHIME_CONNECTOR: connector } = process.env;
  let request: ReturnType<typeof toRouteRequest> | undefined;
  try {
    const read = decodeChime(event);
    if ('Actions' in read) return read;
    request = toRouteRequest(read);
    const { answer, peer } = await answerer.answer(request, { keyHash });
    return encodeChime(answer, event, connector, request, peer);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return encodeChime(safeAnswer(request, error.peer), event, connector, request, error.peer);
  }
}
