import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { applyCommand } from './apply.ts';
import { calendarsCommand } from './calendars.ts';
import { callsCommand } from './calls.ts';
import { checkCommand } from './check.ts';
import { completionCommand } from './completion.ts';
import { explainCommand } from './explain.ts';
import { EXIT, explained } from './failure.ts';
import { forgetCommand } from './forget.ts';
import { historyCommand } from './history.ts';
import { importCommand } from './import/import.ts';
import { initCommand } from './init.ts';
import { keysCommand } from './keys.ts';
import { listCommand } from './list.ts';
import { peersCommand } from './peers.ts';
import { phoneCommand } from './phone.ts';
import { planCommand } from './plan.ts';
import { pullCommand } from './pull.ts';
import { restoreCommand } from './restore.ts';
import { revertCommand } from './revert.ts';
import { showCommand } from './show.ts';
import { paintFor } from './terminal.ts';
import { testCommand } from './test.ts';

export function program(): Command {
  const divert = new Command('divert')
    .description('Call forwarding rules as code: check, plan, apply, pull, explain.')
    .version(packageJson.version);
  for (const command of [
    initCommand,
    checkCommand,
    testCommand,
    planCommand,
    applyCommand,
    pullCommand,
    importCommand,
    explainCommand,
    showCommand,
    listCommand,
    phoneCommand,
    calendarsCommand,
    callsCommand,
    forgetCommand,
    historyCommand,
    revertCommand,
    restoreCommand,
    peersCommand,
    keysCommand,
    completionCommand,
  ]) {
    divert.addCommand(command());
  }
  return divert;
}

/** Does what the arguments say; errors are printed, and the exit code is set. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    process.stderr.write(`${paintFor(process.stderr)('red', 'error:')} ${explained(error)}\n`);
    process.exitCode = EXIT.failed;
  }
}
