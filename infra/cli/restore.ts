import { Command } from 'commander';
import type { Plan } from '../../functions/provision/apply/plan.ts';
import {
  type PeerDifference,
  peersThatDiffer,
  restorePeer,
  restorePlan,
  restoreTokenKeys,
  switchesThatDiffer,
} from '../../functions/provision/restore.ts';
import { copyPast, domainsIn } from '../../functions/store/copy-past.ts';
import { setSwitch } from '../../functions/store/switches.ts';
import { openTable, type Table } from '../../functions/store/table.ts';
import { type CarryOutOptions, carryOut } from './carry-out.ts';
import { Failure } from './failure.ts';
import { told } from './refused.ts';
import {
  authorOf,
  openStage,
  type Place,
  placeLine,
  type StageOptions,
  withStage,
} from './stage.ts';
import { subjectOf } from './subject.ts';

interface Options extends StageOptions, CarryOutOptions {
  readonly fromTable: string;
}

export const restoreCommand = (): Command =>
  withStage(new Command('restore'))
    .description('put back what another table has, as after a point-in-time restore into a new one')
    .argument('[subscriber]', 'only bob@example.com; or only a domain')
    .requiredOption('--from-table <name>', 'the table that AWS restored, in the same region')
    .option('--yes', 'do not ask')
    .option('--allow-removals', 'although many subscribers go, or lose every rule')
    .option('--all', 'show every subscriber, however many change')
    .addHelpText(
      'after',
      `
Shows what differs: rules, what was set by phone, policies, switches, peers and their keys, history. What only
this table has goes, subscriber by subscriber, as with apply; peers and history that only it has stay.

Example:
  divert restore --from-table divert-prod-restored --stage prod`,
    )
    .action(async (text: string | undefined, options: Options) => {
      const place = await openStage(options);
      process.stdout.write(`${placeLine(place)}\n`);
      const from = openTable(place.table.client, options.fromTable, place.table);
      const subject = text === undefined ? undefined : await subjectOf(from, text);
      if (subject && 'domain' in subject) {
        const plan = await told(() => restorePlan(from, place.table, subject.domain, subject.user));
        await carryOut(place, [plan], 'restore', options);
      } else await restoreAll(place, from, options);
    });

/** Everything: the past first, so that versions go on, then peers, then each domain. */
async function restoreAll(place: Place, from: Table, options: Options): Promise<void> {
  const domains = await domainsIn(from);
  if (domains.length === 0) throw new Failure(`${from.name} has no rules of any domain`);
  const peers = await peersThatDiffer(from, place.table);
  for (const difference of peers) process.stdout.write(`${peerLine(difference)}\n`);
  const plans: Plan[] = [];
  const switches: [domain: string, name: string, on: boolean][] = [];
  for (const domain of domains) {
    for (const [name, on] of await switchesThatDiffer(from, place.table, domain)) {
      switches.push([domain, name, on]);
      process.stdout.write(`~ switch ${name} of ${domain}: ${on ? 'on' : 'off'}\n`);
    }
  }
  for (const domain of domains)
    plans.push(await told(() => restorePlan(from, place.table, domain)));
  await carryOut(place, plans, 'restore', options, async () => {
    const copied = await copyPast(from, place.table);
    const token = await restoreTokenKeys(from, place.table);
    for (const difference of peers) {
      await restorePeer(place.table, difference, authorOf(place, 'restore'));
    }
    for (const [domain, name, on] of switches) {
      await setSwitch(place.table, domain, name, on, authorOf(place, 'restore'));
    }
    process.stdout.write(
      `${copied} entries of history, ${peers.length} peers${token ? ', the keys of the loop token' : ''} restored\n`,
    );
  });
}

function peerLine({ peer, now, differs }: PeerDifference): string {
  return now ? `~ peer ${peer.name}: its ${differs.join(' and ')}` : `+ peer ${peer.name}`;
}
