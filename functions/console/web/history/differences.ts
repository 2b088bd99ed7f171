/** A member that was there, is there now, or is another one now. */
export interface Difference {
  /** `rules.busy-to-carol.forward` */
  readonly where: string;
  readonly before?: string;
  readonly after?: string;
}

/** What changed from one value to another, member by member; rules are told by their names. */
export function differences(before: unknown, after: unknown, where = ''): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [a, b] = [members(before), members(after)];
  if (!a || !b) {
    return [
      {
        where,
        ...(before !== undefined && { before: shown(before) }),
        ...(after !== undefined && { after: shown(after) }),
      },
    ];
  }
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) =>
    differences(a[name], b[name], where === '' ? name : `${where}.${name}`),
  );
}

function members(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  const named = value.every((item) => typeof item?.name === 'string');
  return named ? Object.fromEntries(value.map((item) => [item.name, item])) : undefined;
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value).replace(/"(\w+)":/g, '$1: ');
