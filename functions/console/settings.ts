/** What a deployment says about its console and the identity provider that people sign in at. */
export interface ConsoleSettings {
  /** The OpenID provider, an `https:` URL; locally one of this machine. */
  readonly issuer: string;
  /** The public client that the provider knows the console as. */
  readonly client: string;
  /** `openid`, and what else makes the provider's access token one for this API. */
  readonly scope: string;
  /** More parameters of the authorization request: `audience=…` or `resource=…`. */
  readonly parameters: string;
  /** Origins that the page may ask beside its own: the issuer's, and its token endpoint's. */
  readonly origins: readonly string[];
}

/**
 * `DIVERT_CONSOLE_ISSUER`, `_CLIENT`, `_SCOPE`, `_PARAMETERS` and `_ORIGINS`, separated by spaces,
 * for a provider whose token endpoint stands elsewhere than its issuer.
 *
 * @throws at start where an address is none
 */
export function consoleSettingsFrom(env: NodeJS.ProcessEnv): ConsoleSettings {
  const issuer = env.DIVERT_CONSOLE_ISSUER ?? '';
  const others = (env.DIVERT_CONSOLE_ORIGINS ?? '').split(' ').filter((text) => text !== '');
  return {
    issuer,
    client: env.DIVERT_CONSOLE_CLIENT ?? '',
    scope: env.DIVERT_CONSOLE_SCOPE || 'openid',
    parameters: env.DIVERT_CONSOLE_PARAMETERS ?? '',
    origins: [...new Set([issuer, ...others].map((text) => new URL(text).origin))],
  };
}
