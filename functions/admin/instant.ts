import { Problem } from '../http/problem.ts';

/** An instant of a query in milliseconds since the epoch; RFC 3339 §5.6. @throws {Problem} 400 */
export function instantOf(text: string | null, name: string): number | undefined {
  if (text === null) return undefined;
  const known = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text);
  const at = known ? Date.parse(text.toUpperCase()) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new Problem(400, `${name} must be an instant like 2026-12-24T18:00:00Z`, name);
}
