import { Problem } from '../http/problem.ts';

/** What `/v1/explain` takes beside a call. */
export interface ExplainOptions {
  /** The time of the call, milliseconds since the epoch; absent: now. */
  readonly at?: number;
  /** Whether to go on as the caller would. */
  readonly follows: boolean;
  /** By which versions a found call was decided; absent: by those of its time. */
  readonly versions?: Versions;
}

/** Of the called subscriber's rules and of their domain's policy; undefined: not known. */
export interface Versions {
  readonly rules?: number | undefined;
  readonly policy?: number | undefined;
}

/** @throws {Problem} 400 field `at`, `follow` or `found.…` */
export function explainOptions(body: unknown): ExplainOptions {
  const { at, follow, found } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (follow != null && typeof follow !== 'boolean') {
    throw new Problem(400, 'follow is neither true nor false.', 'follow');
  }
  return {
    ...(at != null && { at: instant(at) }),
    follows: follow === true,
    ...(found != null && { versions: versionsIn(found) }),
  };
}

/** @throws {Problem} 400 */
function versionsIn(found: unknown): Versions {
  const { rulesVersion, policyVersion } = found as Readonly<Record<string, unknown>>;
  return {
    rules: version(rulesVersion, 'found.rulesVersion'),
    policy: version(policyVersion, 'found.policyVersion'),
  };
}

function version(value: unknown, field: string): number | undefined {
  if (value == null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new Problem(400, `${field} is not a version, a whole number from 1 on.`, field);
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
