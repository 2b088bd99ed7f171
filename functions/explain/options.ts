import { Problem } from '../http/problem.ts';

/** What `/v1/explain` takes beside a call. */
export interface ExplainOptions {
  /** The time of the call, milliseconds since the epoch; absent: now. */
  readonly at?: number;
  /** Whether to go on as the caller would. */
  readonly follows: boolean;
}

/** @throws {Problem} 400 field `at` or `follow` */
export function explainOptions(body: unknown): ExplainOptions {
  const { at, follow } = (body ?? {}) as { at?: unknown; follow?: unknown };
  if (follow != null && typeof follow !== 'boolean') {
    throw new Problem(400, 'follow is neither true nor false.', 'follow');
  }
  return { ...(at != null && { at: instant(at) }), follows: follow === true };
}

/** RFC 3339 §5.6. */
const RFC_3339 = /^\d{4}-\d\d-(\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

function instant(at: unknown): number {
  const match = typeof at === 'string' ? RFC_3339.exec(at) : null;
  const time = match ? Date.parse((at as string).toUpperCase()) : Number.NaN;
  // Date.parse takes the 31st of February for the 3rd of March.
  const day = match && Date.parse(`${match[0].slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(day ?? 0).getUTCDate() !== Number(match?.[1])) {
    throw new Problem(
      400,
      'at is not an RFC 3339 instant with its offset, like 2026-12-24T18:00:00+01:00.',
      'at',
    );
  }
  return time;
}
