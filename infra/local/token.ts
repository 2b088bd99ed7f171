/**
 * `npm run -s token -- admin [DOMAIN…]` or `npm run -s token -- subscriber USER@DOMAIN`: prints a
 * token for the admin API of `npm start`, signed with the secret of its data folder (DIVERT_DATA).
 */
import { argumentsFrom } from '../arguments.ts';
import { signToken, tokenSecret } from './authorizer.ts';
import { DEFAULT_DATA, dataFolder } from './data-folder.ts';

const USAGE = `npm run -s token -- admin [DOMAIN…] | subscriber USER@DOMAIN
prints a token for the admin API of npm start, signed with the secret of its data folder (DIVERT_DATA)`;
const [role, ...of] = argumentsFrom(USAGE, Number.POSITIVE_INFINITY);
const claims =
  role === 'admin'
    ? { 'divert:role': role, 'divert:domains': of.length > 0 ? of : ['*'] }
    : role === 'subscriber' && of.length === 1
      ? { 'divert:role': role, 'divert:aor': of[0] }
      : undefined;
if (claims) {
  const secret = tokenSecret(dataFolder() ?? (process.env.DIVERT_DATA || DEFAULT_DATA));
  const sub = role === 'admin' ? 'local-admin' : of[0];
  console.log(await signToken(secret, { sub, ...claims }));
} else {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 1;
}
