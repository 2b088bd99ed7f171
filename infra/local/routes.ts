/** A route of the HTTP API, and what answers it. */
export interface Route<T> {
  /** `POST /v1/route`, `ANY /v1/route/{dialect+}` or `$default`. */
  readonly key: string;
  readonly target: T;
}

/** A request's route. */
export interface Match {
  readonly route: string;
  /** Decoded, as API Gateway hands it on. */
  readonly path: string;
  readonly parameters: Record<string, string>;
}

/**
 * Chooses as API Gateway does: the path that matches with the fewest variables, a greedy one last;
 * on one path the method itself before ANY; `$default` when nothing else matches.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function selectRoute<T>(
  routes: readonly Route<T>[],
  method: string,
  url: string,
): (Match & { target: T }) | undefined {
  const encoded = url.split('?', 1)[0] ?? '';
  const path = decode(encoded);
  let best: { route: Route<T>; rank: string; parameters: Record<string, string> } | undefined;
  for (const route of routes) {
    const [verb, pattern] = route.key.split(' ');
    if (pattern === undefined || (verb !== 'ANY' && verb !== method)) continue;
    const found = matchPath(pattern, encoded);
    if (!found) continue;
    const rank = `${found.rank}${verb === 'ANY' ? 1 : 0}`;
    if (!best || rank < best.rank) best = { route, rank, parameters: found.parameters };
  }
  best ??= fallback(routes);
  return (
    best && {
      route: best.route.key,
      path,
      parameters: best.parameters,
      target: best.route.target,
    }
  );
}

function fallback<T>(routes: readonly Route<T>[]) {
  const route = routes.find(({ key }) => key === '$default');
  return route && { route, rank: '', parameters: {} };
}

/** `rank` sorts segment by segment: a fixed one (0) before a variable (1) before a greedy one (2). */
function matchPath(
  pattern: string,
  encoded: string,
): { rank: string; parameters: Record<string, string> } | undefined {
  const segments = encoded.split('/').slice(1);
  const parameters: Record<string, string> = {};
  let rank = '';
  for (const [i, part] of pattern.split('/').slice(1).entries()) {
    const name = /^\{([^+}]+)(\+?)\}$/.exec(part);
    const segment = segments[i];
    if (segment === undefined) return undefined;
    if (name?.[1] && name[2]) {
      const rest = segments.slice(i).map(decode).join('/');
      if (rest === '') return undefined;
      parameters[name[1]] = rest;
      return { rank: `${rank}2`, parameters };
    }
    if (name?.[1]) {
      if (segment === '') return undefined;
      parameters[name[1]] = decode(segment);
    } else if (decode(segment) !== part) return undefined;
    rank += name ? '1' : '0';
  }
  return pattern.split('/').length === segments.length + 1 ? { rank, parameters } : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
