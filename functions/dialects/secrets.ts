import { KeptParameter } from '../aws/kept-parameter.ts';
import type { ReadParameter } from '../aws/parameter-store.ts';

/** A secret by which a system signs its requests, and whose it is. */
export interface SigningSecret {
  readonly secret: string;
  /** SHA-256 of a key of the peer that it proves, hex: what the store knows a peer by. */
  readonly keyHash: string;
}

/** The signing secrets of the dialects. */
export interface Secrets {
  /** Reads them in the init phase, at most 500 ms. */
  start(): Promise<void>;
  /** Rejects where they can't be read and none were read before. */
  of(dialect: string): Promise<readonly SigningSecret[]>;
  /** The same for a signature that fits none of those: it may be made with one given out since. */
  newer(dialect: string): Promise<readonly SigningSecret[]>;
}

/**
 * The signing secrets that an environment names: `DIVERT_SECRETS_TWILIO` holds them, else
 * `DIVERT_SECRETS` is the prefix of their parameters in Parameter Store, `/divert/prod/` +
 * `twilio`. Either is a list of `<hash of a peer key>:<secret>`, separated by commas or spaces;
 * while a secret is replaced a peer has two.
 *
 * @param dialects those whose systems sign
 * @param now milliseconds since the epoch
 */
export function createSecrets(
  env: NodeJS.ProcessEnv,
  dialects: readonly string[],
  now: () => number,
  store: ReadParameter,
): Secrets {
  const prefix = env.DIVERT_SECRETS;
  const kept = new Map<string, KeptParameter<readonly SigningSecret[]>>();
  for (const dialect of dialects) {
    if (prefix && env[variableOf(dialect)] === undefined) {
      kept.set(dialect, new KeptParameter(prefix + dialect, store, parseSecrets, now));
    }
  }
  const given = (dialect: string) => parseSecrets(env[variableOf(dialect)] ?? '');
  return {
    start: async () => void (await Promise.all([...kept.values()].map((one) => one.start()))),
    of: async (dialect) => kept.get(dialect)?.value() ?? given(dialect),
    newer: async (dialect) => kept.get(dialect)?.newer() ?? given(dialect),
  };
}

const variableOf = (dialect: string): string => `DIVERT_SECRETS_${dialect.toUpperCase()}`;

function parseSecrets(list: string): readonly SigningSecret[] {
  return list
    .split(/[\s,]+/)
    .map((entry) => /^([0-9a-f]{64}):(.+)$/i.exec(entry))
    .filter((match) => match !== null)
    .map(([, hash, secret]) => ({
      keyHash: (hash as string).toLowerCase(),
      secret: secret as string,
    }));
}
