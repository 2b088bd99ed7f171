import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import { Memory } from './memory.ts';
import { signInPage } from './page.ts';
import type { Person } from './people.ts';

/** An OpenID provider that runs on this machine, for the console. */
export interface SignIn {
  readonly issuer: string;
  readonly client: string;
  /** Where people are sent back to is known once the console has its address. */
  allow(console: string): void;
  stop(): Promise<void>;
}

/** For how long a token is good; the session is good for a day. */
const TOKEN_SECONDS = 3600;
const CLIENT = 'divert-console';
/** The longest form of a sign-in page that is read. */
const MAX_FORM = 4096;

/**
 * Starts it on a free port of the loopback. Its keys last as long as it runs: whoever was signed in
 * before chooses again.
 */
export async function startSignIn(people: readonly Person[], audience: string): Promise<SignIn> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const known = new Map(people.map((person) => [person.id, person]));
  let origin = '';
  // The provider is made when its client's address is known: it checks that of every client.
  const allow = (console: string): void => {
    origin = new URL(console).origin;
    handle(server, make(console), known);
  };
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' };

  function make(redirect: string): Provider {
    const resource = `urn:${audience}`;
    const configuration: Configuration = {
      adapter: Memory,
      clients: [
        {
          client_id: CLIENT,
          redirect_uris: [redirect],
          token_endpoint_auth_method: 'none',
          id_token_signed_response_alg: 'ES256',
        },
      ],
      jwks: { keys: [key] },
      cookies: { keys: [randomBytes(16).toString('hex')] },
      pkce: { required: () => true },
      clientBasedCORS: (_, asking) => asking === origin,
      features: {
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => resource,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            scope: 'openid',
            audience,
            accessTokenFormat: 'jwt',
            accessTokenTTL: TOKEN_SECONDS,
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
      ttl: {
        AccessToken: TOKEN_SECONDS,
        IdToken: TOKEN_SECONDS,
        Interaction: 600,
        Session: 86_400,
        Grant: 86_400,
      },
      interactions: { url: (_, { uid }) => `/people/${uid}` },
      findAccount: (_, id) =>
        known.has(id) ? { accountId: id, claims: () => ({ sub: id }) } : undefined,
      extraTokenClaims: (_, token) =>
        'accountId' in token && token.accountId ? known.get(token.accountId)?.claims : undefined,
      // Whoever chose who they are has agreed.
      loadExistingGrant: async (ctx) => {
        const { client, session, provider } = ctx.oidc;
        const grant = new provider.Grant({
          clientId: client?.clientId ?? '',
          accountId: session?.accountId ?? '',
        });
        grant.addOIDCScope('openid');
        grant.addResourceScope(resource, 'openid');
        await grant.save();
        return grant;
      },
    };
    return new Provider(issuer, configuration);
  }

  return {
    issuer,
    client: CLIENT,
    allow,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Serves the provider and, of its own, the page where people choose. */
function handle(server: Server, provider: Provider, people: ReadonlyMap<string, Person>): void {
  const callback = provider.callback();
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (!path.startsWith('/people/')) return void callback(request, response);
    const choose = async (): Promise<void> => {
      if (request.method === 'POST') {
        const chosen = new URLSearchParams(await readForm(request)).get('person') ?? '';
        if (people.has(chosen)) {
          const result = { login: { accountId: chosen, remember: true } };
          return provider.interactionFinished(request, response, result);
        }
      }
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(signInPage([...people.values()], path));
    };
    choose().catch(() => response.writeHead(400).end('This sign-in has ended: begin again.'));
  });
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAX_FORM) throw new Error('the form is too long');
  }
  return text;
}
