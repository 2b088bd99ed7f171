/** Runs the tests with one mutant after the other in the place of its source; its parent says which. */
import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest, type TestSpecification } from 'vitest/node';
import { loadedBy } from '../../set-up/imports.ts';
import { filesByKind } from '../../set-up/kinds.ts';
import type { Mutant } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
let mutant: Mutant | undefined;

const vitest = await createVitest(
  'test',
  {
    config: false,
    root: ROOT,
    include: ['test/{decide,sip,toll}/**/*.test.ts', 'test/explain/explain.test.ts'],
    exclude: ['test/**/linear.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    fileParallelism: false,
    bail: 1,
    watch: false,
    reporters: [{}],
    testTimeout: 60_000,
  },
  {
    plugins: [
      {
        name: 'mutant',
        enforce: 'pre',
        load(id) {
          if (mutant === undefined || id.split('?')[0] !== mutant.file) return null;
          const source = readFileSync(mutant.file, 'utf8');
          return source.slice(0, mutant.start) + mutant.after + source.slice(mutant.end);
        },
      },
    ],
    server: { watch: null },
  },
);
await vitest.standalone();
const specifications = await vitest.globTestSpecifications();
/** What takes longer is left for who survives the tables. */
const { search } = filesByKind(ROOT);
const slow = new Set([...search, ...globSync('test/toll/*.test.ts', { cwd: ROOT })]);
const isSlow = ({ moduleId }: TestSpecification) => slow.has(relative(ROOT, moduleId));
const stages = [
  specifications.filter((one) => !isSlow(one)),
  specifications.filter((one) => isSlow(one)),
];

process.on('message', async (next: Mutant | 'none') => {
  const before = mutant?.file;
  mutant = next === 'none' ? undefined : next;
  for (const file of [before, mutant?.file]) if (file !== undefined) vitest.invalidateFile(file);
  const concerned = ({ moduleId }: TestSpecification) =>
    mutant === undefined || loadedBy(moduleId).has(mutant.file);
  for (const stage of stages.map((specifications) => specifications.filter(concerned))) {
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(stage);
    const failed = testModules.find((module) => !module.ok());
    if (failed === undefined && unhandledErrors.length === 0) continue;
    const test = failed && [...failed.children.allTests('failed')][0]?.fullName;
    process.send?.({ killed: true, by: `${failed?.relativeModuleId} ${test}` });
    return;
  }
  process.send?.({ killed: false });
});
process.send?.('ready');
