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
import { type Output, type OutputOptions, printing, withJson } from './output.ts';
import { withPace } from './pace.ts';
import { told } from './refused.ts';
import { authorOf, openShown, type Place, type StageOptions, withStage } from './stage.ts';
import { subjectOf } from './subject.ts';

interface Options extends StageOptions, CarryOutOptions, OutputOptions {
  readonly fromTable: string;
}

export const restoreCommand = (): Command =>
  withPace(withJson(withStage(new Command('restore'))))
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
    .action((text: string | undefined, options: Options) =>
      printing(options, async (output) => {
        const place = await openShown(options, output);
        const from = openTable(place.table.client, options.fromTable, place.table);
        output.facts({ from: from.name });
        const subject = text === undefined ? undefined : await subjectOf(from, text);
        if (subject && 'domain' in subject) {
          const { domain, user } = subject;
          const plan = await told(() => restorePlan(from, place.table, domain, user));
          await carryOut(place, [plan], 'restore', options, output);
        } else await restoreAll(place, from, options, output);
      }),
    );

/** Everything: the past first, so that versions go on, then peers, then each domain. */
async function restoreAll(
  place: Place,
  from: Table,
  options: Options,
  output: Output,
): Promise<void> {
  const domains = await domainsIn(from);
  if (domains.length === 0) throw new Failure(`${from.name} has no rules of any domain`);
  const peers = await peersThatDiffer(from, place.table);
  for (const difference of peers) output.text(`${peerLine(difference)}\n`);
  const plans: Plan[] = [];
  const switches: [domain: string, name: string, on: boolean][] = [];
  for (const domain of domains) {
    for (const [name, on] of await switchesThatDiffer(from, place.table, domain)) {
      switches.push([domain, name, on]);
      output.text(`~ switch ${name} of ${domain}: ${on ? 'on' : 'off'}\n`);
    }
  }
  output.facts({
    peers: peers.map(({ peer, now, differs }) => ({
      ...{ peer: peer.name, kind: now ? 'change' : 'add', differs },
    })),
    switches: switches.map(([domain, name, on]) => ({ domain, name, on })),
  });
  for (const domain of domains)
    plans.push(await told(() => restorePlan(from, place.table, domain)));
  await carryOut(place, plans, 'restore', options, output, async () => {
    const copied = await copyPast(from, place.table);
    const token = await restoreTokenKeys(from, place.table);
    for (const difference of peers) {
      await restorePeer(place.table, difference, authorOf(place, 'restore'));
    }
    for (const [domain, name, on] of switches) {
      await setSwitch(place.table, domain, name, on, authorOf(place, 'restore'));
    }
    output.facts({
      restored: { history: copied, peers: peers.length, switches: switches.length, token },
    });
    output.text(
      `${copied} entries of history, ${peers.length} peers${token ? ', the keys of the loop token' : ''} restored\n`,
    );
  });
}

function peerLine({ peer, now, differs }: PeerDifference): string {
  return now ? `~ peer ${peer.name}: its ${differs.join(' and ')}` : `+ peer ${peer.name}`;
}
