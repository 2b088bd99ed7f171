import type { KeyObject } from 'node:crypto';
import { KeptParameter } from '../aws/kept-parameter.ts';
import type { ReadParameter } from '../aws/parameter-store.ts';
import { readSigningKey } from './sign-div.ts';

/** The keys by which peers' diversions are signed. */
export interface SigningKeys {
  /** Reads them in the init phase, at most 500 ms. */
  start(): Promise<void>;
  /** Undefined where there is none of that name, or it can't be had in time: no signature then. */
  of(name: string): Promise<KeyObject | undefined>;
}

/** A call does not wait longer for a key that could not be read at start. */
const WAIT_MS = 50;

/**
 * The keys that an environment names: `DIVERT_STIR_KEYS` lists them, separated by spaces. The PEM
 * text of `carrier` is in `DIVERT_STIR_KEY_CARRIER`, else in the parameter `stir/carrier` below
 * `DIVERT_SECRETS`; a new one is in use within 20 s.
 *
 * @param now milliseconds since the epoch
 */
export function createSigningKeys(
  env: NodeJS.ProcessEnv,
  now: () => number,
  store: ReadParameter,
): SigningKeys {
  const given = new Map<string, KeyObject>();
  const kept = new Map<string, KeptParameter<KeyObject>>();
  for (const name of (env.DIVERT_STIR_KEYS ?? '').split(/\s+/).filter(Boolean)) {
    const pem = env[`DIVERT_STIR_KEY_${name.toUpperCase().replaceAll('-', '_')}`];
    if (pem) given.set(name, readSigningKey(pem));
    else if (env.DIVERT_SECRETS) {
      const parameter = `${env.DIVERT_SECRETS}stir/${name}`;
      kept.set(name, new KeptParameter(parameter, store, readSigningKey, now));
    }
  }
  return {
    start: async () => void (await Promise.all([...kept.values()].map((one) => one.start()))),
    of: async (name) => given.get(name) ?? soon(kept.get(name)),
  };
}

async function soon(kept: KeptParameter<KeyObject> | undefined): Promise<KeyObject | undefined> {
  if (kept === undefined) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, WAIT_MS, undefined);
  });
  const read = kept.value().catch(() => undefined);
  return Promise.race([read, late]).finally(() => clearTimeout(timer));
}
