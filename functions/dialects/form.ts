import type { HttpRequest } from '../http/http.ts';

/**
 * The fields of a form (application/x-www-form-urlencoded): of the body, or of the query where the
 * system asks by GET. Of a field sent twice the first counts; an empty one counts as absent.
 *
 * @returns a function that gives the first of these fields that is there, trimmed; else ''
 */
export function formFields(http: HttpRequest): (...names: string[]) => string {
  const fields = new URLSearchParams(http.method === 'GET' ? http.query : http.body);
  return (...names) => {
    for (const name of names) {
      const value = fields.get(name)?.trim();
      if (value) return value;
    }
    return '';
  };
}

/** Prints a form with `%20` for a space: Asterisk decodes `+` as it stands. */
export function printForm(fields: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value).toWellFormed())}`)
    .join('&');
}
