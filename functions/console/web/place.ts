import { computed, signal } from '@preact/signals';

/*
 * Where somebody is in the console stands in the fragment of its address, which no server sees:
 * `#/example.com/people/bob?at=…`.
 */

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

export interface Place {
  /** Unescaped. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

export const place = computed<Place>(() => {
  const [path = '', query = ''] = hash.value.replace(/^#\/?/, '').split('?');
  return {
    path: path
      .split('/')
      .filter((part) => part !== '')
      .map(unescaped),
    query: new URLSearchParams(query),
  };
});

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `#/a/b?c=d`; what is undefined or empty in the query is left out. */
export function link(
  path: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value);
  const text = parameters.toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

export function go(where: string): void {
  location.hash = where;
}

/** To another state of the same page: nothing to go back to. */
export function stay(where: string): void {
  history.replaceState(null, '', where);
  hash.value = where;
}
