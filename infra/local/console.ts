import { listSubscribers } from '../../functions/store/subscribers.ts';
import type { Table } from '../../functions/store/table.ts';
import { AUDIENCE, type Issuer } from './authorizer.ts';
import { LocalFailure } from './failure.ts';
import { peopleOf } from './sign-in/people.ts';

/** The console of a local start. */
export interface ConsoleOptions {
  /** `DIVERT_JWT_ISSUER` in it names a provider; without one there is a page to choose a person on. */
  readonly env: NodeJS.ProcessEnv;
}

/** What the rest of a local start needs for it. */
export interface Console {
  readonly trusted: Issuer;
  /** Of the function that serves it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Tells the sign-in where people come back to. */
  servedAt(url: string): void;
  stop(): Promise<void>;
}

/** So many people of a domain can be chosen from. */
const MAX_PEOPLE = 100;

/** Finds out where people sign in, and starts that where it is here. Throws `LocalFailure`. */
export async function openConsole(
  { env }: ConsoleOptions,
  table: Table,
  domains: readonly string[],
): Promise<Console> {
  const { DIVERT_JWT_ISSUER: url, DIVERT_JWT_AUDIENCE, DIVERT_CONSOLE_CLIENT } = env;
  if (url) {
    if (!DIVERT_JWT_AUDIENCE || !URL.canParse(url)) {
      throw new LocalFailure(
        'DIVERT_JWT_ISSUER must be a URL, and DIVERT_JWT_AUDIENCE what its tokens are for',
      );
    }
    return {
      trusted: { url, audience: DIVERT_JWT_AUDIENCE },
      environment: {
        DIVERT_CONSOLE_ISSUER: url,
        DIVERT_CONSOLE_CLIENT: DIVERT_CONSOLE_CLIENT || DIVERT_JWT_AUDIENCE,
      },
      servedAt: () => {},
      stop: async () => {},
    };
  }
  const populated = [];
  for (const domain of domains) {
    const { records } = await listSubscribers(table, domain, { limit: MAX_PEOPLE });
    populated.push({ domain, records });
  }
  // Not loaded where it is not asked for: it is a web framework.
  const { startSignIn } = await import('./sign-in/provider.ts');
  const signIn = await startSignIn(peopleOf(populated), AUDIENCE);
  return {
    trusted: { url: signIn.issuer, audience: AUDIENCE },
    environment: { DIVERT_CONSOLE_ISSUER: signIn.issuer, DIVERT_CONSOLE_CLIENT: signIn.client },
    servedAt: signIn.allow,
    stop: signIn.stop,
  };
}
