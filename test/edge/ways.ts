import { inject } from 'vitest';

/** The ways of the edge to ask Divert that can be tested here. */
export function waysToAsk(): string[] {
  return inject('lacking').asyncClient ? ['packages'] : ['http_async_client', 'packages'];
}
