/** The kinds of tests, as vitest's projects: by what they start, and so by how long they take. */
import { globSync } from 'node:fs';

export const KINDS = ['unit', 'search', 'programs', 'sip'] as const;
export type Kind = (typeof KINDS)[number];

/** Calls on the wire: they need Debian packages, which are there before the first of them runs. */
const SIP = [
  'test/edge/**/*.test.ts',
  'test/programs/soak/**/*.test.ts',
  'test/programs/faults/chain.test.ts',
  'test/programs/fuzz/torture.test.ts',
];

/** They start a database, a build, or another program. */
const PROGRAMS = [
  'test/{cli,console,deploy,docs,feature,programs,set-up,store}/**/*.test.ts',
  'test/admin/{api,calls,fuzz,phone,roles,writers}.test.ts',
  'test/answer/{bundle,calendars,stir}.test.ts',
  'test/aws/tls.test.ts',
  'test/build/{build,command-package,licences,scripts}.test.ts',
  'test/dialects/{bundle,weight,*.program}.test.ts',
  'test/explain/past.test.ts',
  'test/fetch/fetch-document.test.ts',
  'test/local/start.test.ts',
  'test/provision/{apply,calendar-copies}.test.ts',
  'test/toll/doors.test.ts',
];

/**
 * No process, but many cases that are made up: properties, linear work, other implementations; and
 * what puts another module in the place of one, as every file here has its modules to itself.
 */
const SEARCH = [
  'test/**/{linear,property,properties}.test.ts',
  'test/**/*.{property,differential}.test.ts',
  'test/answer/faults.test.ts',
  'test/decide/schedule.test.ts',
  'test/dialects/twilio.test.ts',
  'test/rules/splice-yaml.test.ts',
  'test/toll/{core,dialects}.test.ts',
  'test/rules/zone.test.ts',
];

/**
 * The files of each kind, below `root`. What nobody claims is unit: tables of cases, in seconds, whose
 * files share their modules.
 */
export function filesByKind(root: string): Readonly<Record<Kind, string[]>> {
  const left = new Set(globSync('test/**/*.test.ts', { cwd: root }).sort());
  const take = (patterns: readonly string[]) =>
    globSync([...patterns], { cwd: root })
      .filter((file) => left.delete(file))
      .sort();
  const sip = take(SIP);
  const programs = take(PROGRAMS);
  const search = take(SEARCH);
  return { unit: [...left], search, programs, sip };
}
