import { readParameter } from './parameter-store.ts';

/** A secret by which a system signs its requests, and whose it is. */
export interface SigningSecret {
  readonly secret: string;
  /** SHA-256 of a key of the peer that it proves, hex: what the store knows a peer by. */
  readonly keyHash: string;
}

/** The secrets of a dialect. Rejects where they can't be read and none were read before. */
export type Secrets = (dialect: string) => Promise<readonly SigningSecret[]>;

/** For how long they are not read again, as keys are: 30 s. */
const FRESH_MS = 30_000;

/**
 * The signing secrets that an environment names: `DIVERT_SECRETS_TWILIO` holds them, else
 * `DIVERT_SECRETS` is the prefix of their parameters in Parameter Store, `/divert/prod/` +
 * `twilio`. Either is a list of `<hash of a peer key>:<secret>`, separated by commas or spaces;
 * while a secret is replaced a peer has two.
 *
 * @param read gives a parameter's value, undefined where there is none
 */
export function createSecrets(
  env: NodeJS.ProcessEnv,
  now: () => number,
  read: (parameter: string) => Promise<string | undefined> = readParameter,
): Secrets {
  const known = new Map<string, { secrets: readonly SigningSecret[]; readAt: number }>();
  return async (dialect) => {
    const given = env[`DIVERT_SECRETS_${dialect.toUpperCase()}`];
    if (given !== undefined) return parseSecrets(given);
    if (!env.DIVERT_SECRETS) return [];
    const last = known.get(dialect);
    if (last !== undefined && now() - last.readAt < FRESH_MS) return last.secrets;
    try {
      const secrets = parseSecrets((await read(env.DIVERT_SECRETS + dialect)) ?? '');
      known.set(dialect, { secrets, readAt: now() });
      return secrets;
    } catch (error) {
      if (last === undefined) throw error;
      // Known ones stand in; they are read again only when they would have been.
      known.set(dialect, { ...last, readAt: now() });
      return last.secrets;
    }
  };
}

function parseSecrets(list: string): SigningSecret[] {
  return list
    .split(/[\s,]+/)
    .map((entry) => /^([0-9a-f]{64}):(.+)$/i.exec(entry))
    .filter((match) => match !== null)
    .map(([, hash, secret]) => ({
      keyHash: (hash as string).toLowerCase(),
      secret: secret as string,
    }));
}
