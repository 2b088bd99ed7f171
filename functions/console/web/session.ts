import { signal } from '@preact/signals';
import * as oauth from 'oauth4webapi';
import { HOME, settings } from './settings.ts';

/** Whether somebody is signed in. Their token is here and nowhere else. */
export type Session =
  | { readonly state: 'starting' }
  | { readonly state: 'out' }
  | { readonly state: 'in'; readonly token: string }
  /** They were, and what they see is still there. */
  | { readonly state: 'expired' }
  | { readonly state: 'failed'; readonly why: string };

export const session = signal<Session>({ state: 'starting' });

const CLIENT: oauth.Client = { client_id: settings.client };
/** What is kept while people are at the provider: state and verifier, and where they were. */
const KEPT = 'divert-sign-in';
/** Whoever left is asked for anew: their session at the provider may go on. */
const LEFT = 'divert-left';
const PATIENCE_MS = 15_000;

const options = () => ({
  signal: AbortSignal.timeout(PATIENCE_MS),
  // A provider of this machine has no certificate.
  [oauth.allowInsecureRequests]: settings.issuer.startsWith('http://localhost:'),
});

async function discover(): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(settings.issuer);
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...options() });
  return oauth.processDiscoveryResponse(issuer, response);
}

/** Leaves for the provider (authorization code with PKCE, RFC 7636). Comes back to the same place. */
export async function signIn(): Promise<void> {
  try {
    const { authorization_endpoint } = await discover();
    if (authorization_endpoint === undefined) throw new Error('no authorization_endpoint');
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    sessionStorage.setItem(KEPT, JSON.stringify({ state, verifier, place: location.hash }));
    const url = new URL(authorization_endpoint);
    for (const [name, value] of [
      ...Object.entries({
        client_id: settings.client,
        redirect_uri: HOME,
        response_type: 'code',
        scope: settings.scope,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // OpenID Connect Core 1.0, section 3.1.2.1.
        ...(sessionStorage.getItem(LEFT) && { prompt: 'login' }),
      }),
      ...new URLSearchParams(settings.parameters),
    ]) {
      url.searchParams.set(name, value);
    }
    location.assign(url);
  } catch (error) {
    session.value = { state: 'failed', why: reason(error) };
  }
}

/** At the start of the page: whoever comes back from the provider is signed in. */
export async function resume(): Promise<void> {
  const here = new URL(location.href);
  if (!here.searchParams.has('state')) {
    session.value = { state: 'out' };
    return;
  }
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  const { state, verifier, place = '' } = JSON.parse(kept ?? '{}') as Record<string, string>;
  // The code is worth nothing any more, and is not to stay in the history.
  history.replaceState(null, '', HOME + place);
  if (state === undefined || verifier === undefined) {
    session.value = { state: 'out' };
    return;
  }
  try {
    const server = await discover();
    const parameters = oauth.validateAuthResponse(server, CLIENT, here, state);
    const response = await oauth.authorizationCodeGrantRequest(
      ...([server, CLIENT, oauth.None(), parameters, HOME, verifier] as const),
      options(),
    );
    const { access_token } = await oauth.processAuthorizationCodeResponse(server, CLIENT, response);
    sessionStorage.removeItem(LEFT);
    session.value = { state: 'in', token: access_token };
  } catch (error) {
    session.value = { state: 'failed', why: reason(error) };
  }
}

/** The API believes the token no longer. */
export function expire(): void {
  if (session.value.state === 'in') session.value = { state: 'expired' };
}

/** Forgets the token; the next to sign in says who they are, as others may use the same browser. */
export function signOut(): void {
  sessionStorage.setItem(LEFT, 'yes');
  session.value = { state: 'out' };
  location.hash = '';
}

const reason = (error: unknown): string =>
  error instanceof oauth.AuthorizationResponseError
    ? (error.error_description ?? error.error)
    : error instanceof Error
      ? error.message
      : String(error);
