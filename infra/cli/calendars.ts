import { Command } from 'commander';
import { fetchDocument } from '../../functions/fetch/fetch-document.ts';
import {
  addressesIn,
  type Refreshed,
  refreshCopies,
} from '../../functions/provision/calendar-copies.ts';
import { calendarEnd } from '../../functions/rules/calendars/calendar.ts';
import { getCalendarCopy } from '../../functions/store/calendar-copies.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import { EXIT, Failure } from './failure.ts';
import { shownInstant } from './instant.ts';
import { type OutputOptions, printJson, withJson } from './output.ts';
import { authorOf, openStage, placeLine, type StageOptions, withStage } from './stage.ts';

interface Options extends StageOptions, OutputOptions {
  readonly fetch?: true;
  readonly accept?: true;
}

export const calendarsCommand = (): Command =>
  withJson(withStage(new Command('calendars')))
    .description('show the copies of calendars that a domain names by their addresses')
    .argument('<domain>')
    .option('--fetch', 'fetch them now, as is done every day')
    .option('--accept', 'with --fetch: although one has lost half of its coming days')
    .addHelpText(
      'after',
      '\nExit code: 1 where a copy of before had to be kept.\n\nExample:\n  divert calendars example.com --fetch --stage prod',
    )
    .action(async (name: string, options: Options) => {
      if (options.accept && !options.fetch) throw new Failure('--accept goes with --fetch');
      const place = await openStage(options);
      if (!options.json) process.stdout.write(`${placeLine(place)}\n`);
      const domain = name.toLowerCase();
      const policy = await getPolicyRecord(place.table, domain);
      if (!policy) throw new Failure(`there is no domain ${domain}`);
      const { calendars } = policy.compiled;
      const fetched = options.fetch
        ? await refreshCopies(place.table, domain, calendars, {
            fetch: fetchDocument,
            author: authorOf(place, 'calendars'),
            accept: options.accept === true,
          })
        : [];
      const shown = await Promise.all(
        [...addressesIn(calendars)].map(async ([url, names]) => {
          const copy = await getCalendarCopy(place.table, domain, url);
          const ends = copy && calendarEnd(copy.compiled);
          return {
            ...{ url, names, version: copy?.version ?? 0 },
            ...(copy && { since: copy.at, confirmed: copy.confirmed }),
            ...(ends !== undefined && { ends: new Date(ends).toISOString() }),
            ...failureOf(fetched, url, copy?.failure),
          };
        }),
      );
      if (options.json) printJson(shown);
      else process.stdout.write(shown.map(textOf).join('') || NONE);
      process.exitCode = shown.some(({ failure }) => failure) ? EXIT.failed : EXIT.done;
    });

const NONE = 'No calendar is named by its address.\n';

function failureOf(
  fetched: readonly Refreshed[],
  url: string,
  last: string | undefined,
): { readonly failure?: string } {
  const now = fetched.find((one) => one.url === url);
  const failure = now ? now.failure : last;
  return failure === undefined ? {} : { failure };
}

function textOf(one: {
  readonly url: string;
  readonly names: readonly string[];
  readonly since?: string;
  readonly confirmed?: string;
  readonly ends?: string;
  readonly failure?: string;
}): string {
  const instant = (text: string | undefined): string =>
    text === undefined ? 'never' : shownInstant(Date.parse(text));
  return [
    `${one.names.join(', ')}: ${one.url}`,
    ...(one.failure === undefined ? [] : [`  kept as it was: ${one.failure}`]),
    `  fetched ${instant(one.since)}, confirmed ${instant(one.confirmed)}`,
    ...(one.ends === undefined ? [] : [`  its last day ends ${instant(one.ends)}`]),
    '',
  ].join('\n');
}
