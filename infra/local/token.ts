/**
 * `npm run -s token -- admin [DOMAIN…] | helpdesk DOMAIN… | subscriber USER@DOMAIN`: prints a token
 * for the admin API of `npm start`, signed with the secret of its data folder (DIVERT_DATA).
 */
import { argumentsFrom } from '../arguments.ts';
import { signToken, tokenSecret } from './authorizer.ts';
import { DEFAULT_DATA, dataFolder } from './data-folder.ts';

const USAGE = `npm run -s token -- admin [DOMAIN…] | helpdesk DOMAIN… | subscriber USER@DOMAIN
prints a token for the admin API of npm start, signed with the secret of its data folder (DIVERT_DATA)`;
const [role, ...of] = argumentsFrom(USAGE, Number.POSITIVE_INFINITY);
const claims = claimsOf(role, of);
if (claims) {
  const secret = tokenSecret(dataFolder() ?? (process.env.DIVERT_DATA || DEFAULT_DATA));
  const sub = role === 'subscriber' ? of[0] : `local-${role}`;
  console.log(await signToken(secret, { sub, 'divert:role': role, ...claims }));
} else {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 1;
}

/** What a token of the role says beside it; undefined where something is missing. */
function claimsOf(role: string | undefined, of: string[]): Record<string, unknown> | undefined {
  switch (role) {
    case 'admin':
      return { 'divert:domains': of.length > 0 ? of : ['*'] };
    case 'helpdesk':
      return of.length > 0 ? { 'divert:domains': of } : undefined;
    case 'subscriber':
      return of.length === 1 ? { 'divert:aor': of[0] } : undefined;
  }
}
