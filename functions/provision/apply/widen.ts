import type { PolicyInput } from '../../store/policies.ts';

/** What subscribers' rules refer to by name. */
const NAMED = ['groups', 'calendars', 'schedules'] as const;

/**
 * The next policy with what only the one before has besides, so that subscribers of either find
 * what they refer to. Returns `next` itself where nothing goes.
 */
export function widen(before: PolicyInput | undefined, next: PolicyInput): PolicyInput {
  const goes = NAMED.some((part) =>
    Object.keys(before?.compiled[part] ?? {}).some(
      (name) => !Object.hasOwn(next.compiled[part], name),
    ),
  );
  if (!before || !goes) return next;
  const both = (old: object, now: object) =>
    Object.fromEntries(
      NAMED.flatMap((part) => {
        const parts = { ...of(old, part), ...of(now, part) };
        return Object.keys(parts).length > 0 ? [[part, parts]] : [];
      }),
    );
  return {
    ...next,
    calendars: { ...before.calendars, ...next.calendars },
    source: { ...(next.source as object), ...both(before.source as object, next.source as object) },
    compiled: { ...next.compiled, ...both(before.compiled, next.compiled) },
  };
}

const of = (policy: object, part: string): object =>
  ((policy as Record<string, unknown>)[part] as object | undefined) ?? {};
