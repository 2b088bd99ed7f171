/** `npm test`, `npm run check`, `package`, `deploy`, …: programs in a row, up to the first that fails. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Task {
  /** What it is for, below the usage. */
  readonly help: string;
  /** Command lines; arguments that are given go to the last. */
  readonly steps: readonly string[];
}

const BUILD = 'node infra/build/bundle.ts';
const CHECK = ['biome check .', 'tsc -p .', 'tsc -p functions/console/web'];
const TEST = 'vitest run --config test/vitest.config.ts';

const TASKS: Readonly<Record<string, Task>> = {
  test: {
    help: `lint, types, bundles and every test. Arguments choose among the files of tests by a part of their
path (npm test -- test/decide), or are vitest's (npm test -- -t "some name").`,
    steps: [...CHECK, BUILD, TEST],
  },
  'test:unit': {
    help: 'the tests that start no process and search for nothing: in seconds. Arguments as for npm test.',
    steps: [`${TEST} --project unit`],
  },
  check: { help: 'lint and types.', steps: CHECK },
  package: {
    help: 'what would be deployed, in .serverless: needs no AWS account. Options are those of osls package.',
    steps: [BUILD, 'osls package'],
  },
  deploy: {
    help: `deploys a stage with your AWS credentials: npm run deploy -- --stage prod [--region R] [--param="NAME=VALUE"]
[--switch-off NAME] (docs/deploying.md). Other options are those of osls deploy.`,
    steps: [BUILD, 'node infra/pipeline/deploy.ts'],
  },
  licences: {
    help: 'the packages whose code is in the bundles, and their licences. Fails where one asks for more than its notice.',
    steps: [BUILD, 'node infra/build/licences.ts'],
  },
};

const [name = '', ...given] = process.argv.slice(2);
const task = TASKS[name];
if (task === undefined) {
  console.error(`no task ${name}: there are ${Object.keys(TASKS).join(', ')}`);
  process.exit(1);
}
if (given.includes('--help') || given.includes('-h')) {
  const command = name === 'test' ? 'npm test' : `npm run ${name}`;
  console.log(`${command}: ${task.help}\n\nRuns: ${task.steps.join('\n      ')}`);
  process.exit(0);
}
for (const [i, step] of task.steps.entries()) {
  const [program = '', ...args] = step.split(' ');
  const all = i === task.steps.length - 1 ? [...args, ...given] : args;
  // Windows has a program of node_modules/.bin as a script of its shell.
  const shell = process.platform === 'win32';
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const { status, error } = spawnSync(program, all, { stdio: 'inherit', shell, cwd });
  if (error) console.error(`${program}: ${error.message}: run \`npm install\` first`);
  if (status !== 0) process.exit(status ?? 1);
}
