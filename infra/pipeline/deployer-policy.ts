/**
 * `npm run policy -- --stage STAGE --account ID [--region REGION] [--param NAME=VALUE]…`: prints the IAM
 * policy of who deploys this stage, made of what would be deployed with these settings.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from '../build/bundle.ts';
import { type Deployment, deployerRights, type Template } from './deployer-rights.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = '.serverless';

const USAGE = `npm run policy -- --stage STAGE --account ID [--region REGION] [--param="NAME=VALUE"]…

Prints the IAM policy of who deploys a stage, by what would be deployed with these settings
(docs/deploying.md). Needs no credentials. To a file: npm run --silent policy -- … > policy.json`;

/** Takes `--account` out of the arguments: the rest is osls'. */
export function accountIn(args: readonly string[]): { account: string; rest: string[] } {
  const rest = [...args];
  const at = rest.findIndex((arg) => /^--account(=|$)/.test(arg));
  const [given = ''] = at < 0 ? [] : rest.splice(at, 1);
  const account = given.includes('=') ? given.slice(given.indexOf('=') + 1) : rest.splice(at, 1)[0];
  if (at < 0 || !/^\d{12}$/.test(account ?? '')) {
    throw new Error('--account: give the twelve digits of the AWS account');
  }
  return { account: account as string, rest };
}

/** AWS General Reference: by the beginning of a region's name. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The policy as IAM takes it. */
export function deployerPolicy(template: Template, where: Deployment): object {
  return { Version: '2012-10-17', Statement: deployerRights(template, where) };
}

interface State {
  readonly service: {
    readonly service: string;
    readonly provider: Record<'stage' | 'region', string>;
  };
}
const packaged = <T>(file: string): T =>
  JSON.parse(readFileSync(`${ROOT}${PACKAGE}/${file}`, 'utf8')) as T;

if (import.meta.main) {
  try {
    const given = process.argv.slice(2);
    if (given.some((arg) => arg === '--help' || arg === '-h')) {
      console.log(USAGE);
      process.exit(0);
    }
    const { account, rest } = accountIn(given);
    await buildIfStale();
    const program = `${ROOT}node_modules/osls/bin/serverless.js`;
    const args = [program, 'package', '--package', PACKAGE, ...rest];
    // The policy alone goes to the standard output.
    const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
    if (status !== 0) process.exit(status ?? 1);
    const { service, provider } = packaged<State>('serverless-state.json').service;
    const { region } = provider;
    const stack = `${service}-${provider.stage}`;
    const template = packaged<Template>('cloudformation-template-update-stack.json');
    const where = { stack, region, account, partition: partitionOf(region) };
    console.log(JSON.stringify(deployerPolicy(template, where), null, 2));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
