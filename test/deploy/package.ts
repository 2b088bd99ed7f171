import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly UpdatePolicy?: unknown;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

/** What `osls package` made. */
export interface Package {
  readonly template: Template;
  /** Function name → its archive. */
  readonly zips: Readonly<Record<string, Buffer>>;
  /** The template as it was written. */
  readonly source: string;
}

/** The names of the entries in `functions/`. */
export const ENTRIES = readdirSync(join(ROOT, 'functions/handlers'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

/** Settings with which every function is deployed. */
export const ALL = {
  chimePeer: 'a'.repeat(64),
  jwtIssuer: 'https://id.example.com/',
  jwtAudience: 'divert',
  events: 'on',
};

/**
 * Packages a copy of the service with `osls package --param …`, as on a machine that knows
 * nothing of AWS: no credentials, no configuration, no region. Rejects with what osls printed.
 *
 * @param stageFile the settings of its stage, infra/stages/dev.yml
 */
export async function packageService(
  params: Readonly<Record<string, string | number>> = {},
  stageFile?: string,
): Promise<Package> {
  const dir = copyOfService();
  if (stageFile !== undefined) writeFileSync(join(dir, 'infra/stages/dev.yml'), stageFile);
  const args = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  try {
    await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'node_modules/osls/bin/serverless.js'), 'package', '--package=out', ...args],
      {
        cwd: dir,
        env: {
          PATH: process.env.PATH,
          HOME: join(dir, 'home'),
          NO_COLOR: '1',
          NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), // A fifth faster.
        },
      },
    );
    const out = join(dir, 'out');
    const source = readFileSync(join(out, 'cloudformation-template-update-stack.json'), 'utf8');
    const zips = readdirSync(out).filter((name) => name.endsWith('.zip'));
    return {
      template: JSON.parse(source),
      source,
      zips: Object.fromEntries(
        zips.map((name) => [name.slice(0, -'.zip'.length), readFileSync(join(out, name))]),
      ),
    };
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw stdout === undefined ? error : new Error(`${stdout}${stderr}`);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function copyOfService(): string {
  const dir = mkdtempSync(join(tmpdir(), 'divert-package-'));
  for (const path of ['serverless.yml', 'infra', 'package.json']) {
    cpSync(join(ROOT, path), join(dir, path), { recursive: true });
  }
  mkdirSync(join(dir, 'home'));
  for (const name of ENTRIES) {
    const bundle = join(ROOT, 'dist', name);
    if (!existsSync(bundle)) throw new Error(`dist/${name} is missing: npm run build`);
    cpSync(bundle, join(dir, 'dist', name), { recursive: true });
  }
  return dir;
}

/** The resources of a type, by logical name. */
export function resources(template: Template, type: string): Record<string, Resource> {
  return Object.fromEntries(
    Object.entries(template.Resources).filter(([, resource]) => resource.Type === type),
  );
}
