import { Command } from 'commander';
import { applyCommand } from './apply.ts';
import { checkCommand } from './check.ts';
import { explainCommand } from './explain.ts';
import { EXIT, explained } from './failure.ts';
import { historyCommand } from './history.ts';
import { keysCommand } from './keys.ts';
import { peersCommand } from './peers.ts';
import { planCommand } from './plan.ts';
import { pullCommand } from './pull.ts';
import { revertCommand } from './revert.ts';
import { paintFor } from './terminal.ts';

/** Does what the arguments say; errors are printed, and the exit code is set. */
export async function run(args: readonly string[]): Promise<void> {
  const program = new Command('divert')
    .description('Call forwarding rules as code: check, plan, apply, pull, explain.')
    .showHelpAfterError('(see --help)');
  for (const command of [
    checkCommand,
    planCommand,
    applyCommand,
    pullCommand,
    explainCommand,
    peersCommand,
    keysCommand,
    historyCommand,
    revertCommand,
  ]) {
    program.addCommand(command().showHelpAfterError('(see --help)'));
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.stderr.write(`${paintFor(process.stderr)('red', 'error:')} ${explained(error)}\n`);
    process.exitCode = EXIT.failed;
  }
}
