/**
 * A URI without the characters that mean something to a dialplan: FreeSWITCH expands `$`, splits a
 * redirect at commas and spaces and strips quotes; Asterisk's applications split at commas and
 * parentheses. Escaped, they name the same user (RFC 3261 §19.1.2).
 */
export function scriptSafeUri(uri: string): string {
  return uri.replace(/[$,'()\\{}|^`"<>\s]/g, percent);
}

/**
 * Values of Diversion or History-Info as one list, without `$` and backslash, which a dialplan
 * would take for its own: they are escaped in the URI, a display name with one is dropped, and
 * with a parameter that has one the value is.
 */
export function scriptSafeList(values: readonly string[]): string {
  return values
    .map((value) => (/[$\\]/.test(value) ? scriptSafeValue(value) : value))
    .filter((value) => !/[$\\]/.test(value))
    .join(', ');
}

function scriptSafeValue(value: string): string {
  const parts = /^(?:"(?:[^"\\]|\\.)*"\s*|[^"<]*)<([^>]*)>(.*)$/s.exec(value);
  return parts ? `<${(parts[1] as string).replace(/[$\\]/g, percent)}>${parts[2]}` : value;
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
