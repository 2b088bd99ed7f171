import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import type { Peer } from '../../functions/decide/model.ts';
import { loadPeers } from '../../functions/rules/peers.ts';
import type { PeersDocument } from '../../functions/rules/schema/peers-document.ts';
import { printProblem } from '../../functions/rules/source/fault.ts';
import { parseFile } from '../../functions/rules/source/source-file.ts';
import { changePeer, listPeers, type PeerRecord } from '../../functions/store/peers.ts';
import { changedLines } from './changed-lines.ts';
import { readFiles } from './documents.ts';
import { EXIT, Failure } from './failure.ts';
import { peerHistoryCommand } from './history.ts';
import { type Output, type OutputOptions, printing, withJson } from './output.ts';
import { driftMark } from './plan-text.ts';
import { peerRevertCommand } from './revert.ts';
import { authorOf, openShown, type Place, type StageOptions, withStage } from './stage.ts';
import { confirmed, type Paint, paintFor } from './terminal.ts';

type Options = StageOptions & OutputOptions;

const DECLARED = 'infra/peers.yaml';

interface Declared {
  readonly source: unknown;
  readonly compiled: Peer;
}

/** What happens to one peer; `next` absent: it goes, and its keys with it. */
interface PeerStep {
  readonly name: string;
  readonly before: PeerRecord | undefined;
  readonly next: Declared | undefined;
}

export const peersCommand = (): Command => {
  const peers = new Command('peers').description('the SBCs and edge proxies that may ask');
  const argument = ['[file]', 'the peers document', DECLARED] as const;
  peers.addCommand(
    withJson(withStage(new Command('plan')))
      .description('show what applying the document would change; only reads')
      .argument(...argument)
      .addHelpText(
        'after',
        '\nExit code: 0 nothing, 2 changes, 1 error.\n\nExample:\n  divert peers plan --stage prod',
      )
      .action((file: string, options: Options) =>
        printing(options, async (output) => {
          const steps = await shownSteps(await openShown(options, output), file, output);
          process.exitCode = steps.length > 0 ? EXIT.changes : EXIT.done;
        }),
      ),
  );
  peers.addCommand(
    withJson(withStage(new Command('apply')))
      .description('make the peers of the table those of the document; keys stay')
      .argument(...argument)
      .option('--yes', 'do not ask')
      .addHelpText('after', '\nExample:\n  divert peers apply --stage prod')
      .action((file: string, options: Options & { yes?: true }) =>
        printing(options, async (output) => {
          const place = await openShown(options, output);
          const steps = await shownSteps(place, file, output);
          const changed: string[] = [];
          output.facts({ changed });
          if (steps.length === 0) return;
          if (!options.yes && !(await confirmed(`\nChange ${place.table.name}?`))) {
            process.stderr.write('Nothing was changed.\n');
            process.exitCode = EXIT.failed;
            return;
          }
          for (const { name, before, next } of steps) {
            const change = { name, expect: before?.version ?? 0, next };
            await changePeer(place.table, change, authorOf(place, 'peers apply'));
            changed.push(name);
          }
          output.text(`${steps.length} ${steps.length === 1 ? 'peer' : 'peers'} changed\n`);
        }),
      ),
  );
  peers.addCommand(peerHistoryCommand());
  peers.addCommand(peerRevertCommand());
  return peers;
};

async function shownSteps(place: Place, path: string, output: Output): Promise<PeerStep[]> {
  output.text('\n');
  const steps = await stepsTo(place, declaredIn(path));
  const paint = paintFor(process.stdout);
  for (const step of steps) output.text(`${stepLines(step, paint).join('\n')}\n`);
  output.text(steps.length === 0 ? '  No changes.\n' : '');
  output.facts({ changes: steps.map(stepFacts) });
  return steps;
}

const stepFacts = ({ name, before, next }: PeerStep): object => ({
  peer: name,
  kind: !before ? 'add' : next ? 'change' : 'remove',
  ...(before && { before: before.source, keys: before.keys.length }),
  ...(next && { next: next.source }),
});

function stepLines({ name, before, next }: PeerStep, paint: Paint): string[] {
  const [sign, colour] = !before
    ? (['+', 'green'] as const)
    : next
      ? (['~', 'yellow'] as const)
      : (['-', 'red'] as const);
  const keys =
    before && !next && before.keys.length > 0 ? `  and its ${before.keys.length} keys` : '';
  return [
    `  ${paint(colour, `${sign} ${name}`)}${keys}${driftMark(before, paint)}`,
    ...changedLines(before?.source, next?.source, paint),
  ];
}

/** Throws `Failure` with every mistake of the document. */
function declaredIn(path: string): Map<string, Declared> {
  const [file] = readFiles([path]);
  if (!file) throw new Failure(`${path}: can't be read`);
  const { peers, problems } = loadPeers(file);
  if (problems.length > 0) throw new Failure(problems.map(printProblem).join('\n'));
  // Sound, so that each compiled peer has its source at the same place.
  const { peers: sources } = parseFile(file, []) as PeersDocument;
  return new Map(
    peers.map((compiled, i) => [compiled.name, { source: sources[i], compiled }] as const),
  );
}

async function stepsTo(
  { stage, table }: Place,
  wanted: Map<string, Declared>,
): Promise<PeerStep[]> {
  const live = new Map((await listPeers(table)).map((record) => [record.name, record]));
  // `npm start` writes this one itself, and no document has it.
  if (stage === 'local' && !wanted.has('local')) live.delete('local');
  return [...new Set([...wanted.keys(), ...live.keys()])].flatMap((name) => {
    const before = live.get(name);
    const next = wanted.get(name);
    return before && next && isDeepStrictEqual(said(before), said(next))
      ? []
      : [{ name, before, next }];
  });
}

const said = ({ source, compiled }: Declared): unknown =>
  JSON.parse(JSON.stringify([source, compiled]));
