/**
 * `npm run deploy -- --stage STAGE [--region REGION] [--param NAME=VALUE]… [--switch-off NAME]…`:
 * packages, compares what is on in the stack with what will be, and deploys. Exits 1 where something
 * would be switched off that `--switch-off` does not name.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { switchedOff } from './switched-off.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = '.serverless';

/** What is for us, and what is for osls. */
export function readArguments(args: readonly string[]): { named: string[]; rest: string[] } {
  const named: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const [, joined] = /^--switch-off(?:=(.*))?$/s.exec(arg) ?? [];
    if (!arg.startsWith('--switch-off')) rest.push(arg);
    else named.push(joined ?? args[++i] ?? '');
  }
  if (named.some((name) => !/^\w+$/.test(name))) {
    throw new Error('--switch-off NAME: give the name of a setting, as the output Switches has it');
  }
  return { named, rest };
}

/** The output `Switches` of a stack; undefined where there is no such stack yet. */
export async function switchesOf(
  client: CloudFormationClient,
  stack: string,
): Promise<string | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'Switches')?.OutputValue;
  } catch (error) {
    // CloudFormation has no error of its own for a stack that is not there.
    const { name, message } = error as Error;
    if (name === 'ValidationError' && message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** Runs osls, whose output is ours; ends the process with its code where it fails. */
function osls(command: string, args: readonly string[]): void {
  const program = `${ROOT}node_modules/osls/bin/serverless.js`;
  const { status } = spawnSync(
    process.execPath,
    [program, command, '--package', PACKAGE, ...args],
    { cwd: ROOT, stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}

interface State {
  readonly service: {
    readonly service: string;
    readonly provider: Record<'stage' | 'region', string>;
  };
}
interface Template {
  readonly Outputs: { readonly Switches: { readonly Value: string } };
}
const packaged = <T>(file: string): T =>
  JSON.parse(readFileSync(`${ROOT}${PACKAGE}/${file}`, 'utf8')) as T;

if (import.meta.main) {
  try {
    const { named, rest } = readArguments(process.argv.slice(2));
    osls('package', rest);
    const { service, provider } = packaged<State>('serverless-state.json').service;
    const template = packaged<Template>('cloudformation-template-update-stack.json');
    const client = new CloudFormationClient({ region: provider.region });
    const before = await switchesOf(client, `${service}-${provider.stage}`);
    const stop = switchedOff(before, template.Outputs.Switches.Value, named);
    if (stop !== undefined) throw new Error(stop);
    osls('deploy', rest);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
