import { Problem } from '../http/problem.ts';
import { Absent, ForwardingLoop, Invalid, type Mistake, Refused } from '../provision/refusal.ts';
import { AliasTaken, TooLarge, VersionConflict } from '../store/errors.ts';
import type { Role } from './claims.ts';

/** More mistakes than this help nobody. */
const MAX_MISTAKES = 100;

/** 422: the content is understood, and wrong. */
export function invalid(mistakes: readonly Mistake[]): Problem {
  return new Problem(422, new Invalid(mistakes).message, {
    errors: mistakes.slice(0, MAX_MISTAKES),
  });
}

/** What a caller is told of an error. A subscriber is not told to whom others forward. */
export function problemOf(error: unknown, role?: Role): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Invalid) return invalid(error.mistakes);
  if (error instanceof ForwardingLoop) {
    const detail =
      role !== 'subscriber' ? error.message : error.message.slice(0, error.message.indexOf(':'));
    return invalid([{ pointer: '', detail }]);
  }
  if (error instanceof Absent) return new Problem(404, error.message);
  if (error instanceof Refused) {
    const errors = error.mistakes.length > 0 ? error.mistakes : undefined;
    return new Problem(409, error.message, { errors });
  }
  if (error instanceof VersionConflict) {
    return new Problem(412, `${error.message}; GET it and decide anew`);
  }
  if (error instanceof AliasTaken) return new Problem(409, error.message);
  if (error instanceof TooLarge) return new Problem(422, error.message);
  if (isStoreFailure(error)) {
    return new Problem(503, 'the table does not answer: try again', {
      headers: { 'retry-after': '5' },
      cause: error,
    });
  }
  return new Problem(500, 'this is a mistake of ours: see the log', { cause: error });
}

/** Whether the SDK threw it: DynamoDB refused, or could not be reached. */
export function isStoreFailure(error: unknown): boolean {
  const { $metadata, code, name } = error as {
    $metadata?: unknown;
    code?: unknown;
    name?: unknown;
  };
  return (
    $metadata !== undefined ||
    (typeof code === 'string' && code.startsWith('E')) ||
    name === 'TimeoutError' ||
    name === 'AbortError'
  );
}
