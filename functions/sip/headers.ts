/** Header fields of a message: name in any case → its value, or its values in order. */
export type HeaderFields = Readonly<Record<string, string | readonly string[]>>;

/**
 * The values of a header in the order they came: name in any case, or its compact form
 * (RFC 3261 §7.3.3).
 */
export function headerValues(
  headers: HeaderFields | undefined,
  name: string,
  compact?: string,
): string[] {
  if (!headers) return [];
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (const [key, value] of Object.entries(headers)) {
    const found = key.toLowerCase();
    if (found !== wanted && found !== compact?.toLowerCase()) continue;
    if (typeof value === 'string') values.push(value);
    else for (const one of value) values.push(one);
  }
  return values;
}

/** The tokens of list headers such as Supported and Privacy, lower case; split at any of `separators`. */
export function tokens(values: readonly string[], separators = ',;'): Set<string> {
  const found = new Set<string>();
  for (const value of values) {
    let start = 0;
    for (let at = 0; at <= value.length; at++) {
      if (at < value.length && !separators.includes(value[at] as string)) continue;
      const token = value.slice(start, at).trim().toLowerCase();
      if (token) found.add(token);
      start = at + 1;
    }
  }
  return found;
}
