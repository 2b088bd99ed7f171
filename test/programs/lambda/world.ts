import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Answer } from '../../../functions/decide/decision.ts';
import { packageService, resources } from '../../deploy/package.ts';
import { startWorld as startTable } from '../bench/world.ts';
import { Instance, type Invoked } from './instance.ts';
import type { Quota } from './quota.ts';
import { runtimeClient } from './runtime-client.ts';
import { Certificate, TlsProxy } from './tls-proxy.ts';

const RULES = `
domain: example.com
subscribers:
  bob: { rules: [{ name: busy-to-carol, when: busy, forward: carol }] }
  dave: { rules: [{ name: busy-to-carol, when: busy, forward: carol }] }
  carol: {}
`;

/** The packaged service, its archives unzipped, and the table that its instances read. */
export class LambdaWorld {
  readonly #ends: (() => unknown)[] = [];
  readonly #functions = new Map<string, { task: string; env: Record<string, string> }>();
  readonly certificate = new Certificate();
  #client = '';
  #table: Awaited<ReturnType<typeof startTable>> | undefined;

  static async start(): Promise<LambdaWorld> {
    const world = new LambdaWorld();
    try {
      await world.#start();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  async #start(): Promise<void> {
    this.#ends.push(() => this.certificate.remove());
    this.#client = await runtimeClient();
    const folder = mkdtempSync(join(tmpdir(), 'divert-lambda-'));
    this.#ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const { template, zips } = await packageService();
    for (const { Properties } of Object.values(resources(template, 'AWS::Lambda::Function'))) {
      const name = /^dist\/(\w+)\//.exec(String(Properties.Handler))?.[1] ?? '';
      const { Variables } = Properties.Environment as { Variables: Record<string, string> };
      const task = join(folder, name);
      for (const [file, bytes] of Object.entries(unzipSync(zips[name] ?? new Uint8Array()))) {
        mkdirSync(dirname(join(task, file)), { recursive: true });
        writeFileSync(join(task, file), bytes);
      }
      this.#functions.set(name, { task, env: Variables });
    }
    const rules = join(folder, 'example.com.yaml');
    writeFileSync(rules, RULES);
    this.#table = await startTable(undefined, [rules]);
    this.#ends.push(() => this.#table?.stop());
  }

  /** A function that the service has not: `dist/NAME/index` in this folder, without an environment. */
  add(name: string, task: string): void {
    this.#functions.set(name, { task, env: {} });
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }

  /** An instance of a function, with a way to the table of its own. */
  async instance(
    name: string,
    { env = {}, quota }: { env?: Record<string, string>; quota?: Quota | undefined } = {},
  ): Promise<{ instance: Instance; proxy: TlsProxy; stop(): Promise<void> }> {
    const { task, env: deployed } = this.#functions.get(name) ?? {};
    if (task === undefined || this.#table === undefined) throw new Error(`no function ${name}`);
    const { environment } = this.#table;
    const { AWS_ENDPOINT_URL_DYNAMODB: upstream = '', DIVERT_TABLE = '' } = environment;
    const proxy = await TlsProxy.start(upstream, this.certificate);
    const instance = await Instance.start({
      client: this.#client,
      task,
      handler: `dist/${name}/index.handler`,
      quota,
      env: {
        ...deployed,
        DIVERT_TABLE,
        AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
        NODE_EXTRA_CA_CERTS: this.certificate.file,
        ...env,
      },
    });
    const stop = async () => {
      await instance.stop();
      await proxy.stop();
    };
    return { instance, proxy, stop };
  }
}

/** A call's answer and how long the instance took. */
export interface Decided {
  readonly answer: Answer;
  readonly milliseconds: number;
}

export function decided({ result, milliseconds }: Invoked): Decided {
  return { answer: JSON.parse(result.body ?? 'null'), milliseconds };
}

/** `redirect`, or `*continue*` where it is degraded. */
export function said({ answer }: Decided): string {
  return answer.degraded ? `*${answer.action}*` : answer.action;
}
