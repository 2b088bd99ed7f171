import { Argument, Command } from 'commander';
import { writeDocument } from '../../../functions/rules/source/write-yaml.ts';
import { readFiles } from '../documents.ts';
import { Failure } from '../failure.ts';
import { type OutputOptions, printJson, withJson } from '../output.ts';
import { assemble, type Into } from './assemble.ts';
import { fromFreePbx } from './freepbx.ts';
import { fromFusionPbx } from './fusionpbx.ts';
import type { Imported } from './imported.ts';
import { fromSpreadsheet } from './spreadsheet.ts';

const SYSTEMS: Readonly<Record<string, (file: string, text: string) => Imported>> = {
  csv: fromSpreadsheet,
  freepbx: fromFreePbx,
  fusionpbx: fromFusionPbx,
};

export const importCommand = (): Command =>
  withJson(new Command('import'))
    .description('make a rules document of what another system exports')
    .addArgument(new Argument('<system>', 'what wrote the files').choices(Object.keys(SYSTEMS)))
    .argument('<files...>', 'its export')
    .option('--domain <domain>', 'the SIP domain that the document is for', 'example.com')
    .option('--country <code>', 'ISO 3166 code of the country, as which numbers are dialled')
    .addHelpText(
      'after',
      `
The document goes to standard output; what could not be carried over, line by line, to standard
error. csv: a header line with user, number, always, busy, no-answer, unreachable, ring; several
numbers separated by spaces. freepbx: what \`asterisk -rx "database show"\` prints. fusionpbx: the table
v_extensions as CSV.

Example:
  divert import csv desks.csv --domain example.com --country DE > rules.yaml`,
    )
    .action((system: string, paths: string[], { domain, country, json }: Into & OutputOptions) => {
      const read = SYSTEMS[system];
      if (!read) throw new Failure(`${system}: nothing is known of it`);
      const parts = readFiles(paths).map(({ name, text }) => read(name, text));
      const imported = {
        users: parts.flatMap(({ users }) => users),
        losses: parts.flatMap(({ losses }) => losses),
      };
      const { document, losses } = assemble(imported, {
        domain: domain.toLowerCase(),
        ...(country !== undefined && { country: country.toUpperCase() }),
      });
      for (const { file, line, why } of losses) process.stderr.write(`${file}:${line}: ${why}\n`);
      if (json) printJson(document);
      else process.stdout.write(writeDocument(document as never, [])[0]?.text ?? '');
      process.stderr.write(
        `${imported.users.length} users; ${losses.length === 0 ? 'nothing' : losses.length} left out or changed. Next: divert check\n`,
      );
    });
