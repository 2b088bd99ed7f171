import { printProblem } from '../../functions/rules/source/fault.ts';
import { type Loaded, loadRules } from '../../functions/rules/source/load.ts';

/** 2026-06-15T12:00Z */
export const NOW = Date.UTC(2026, 5, 15, 12);

/** Compiles one YAML text, or several by file name, with the .ics files beside them. */
export function load(
  text: string | Readonly<Record<string, string>>,
  beside: Readonly<Record<string, string>> = {},
): Loaded {
  const files = typeof text === 'string' ? { 'rules.yaml': text } : text;
  return loadRules(
    Object.entries(files).map(([name, text]) => ({ name, text })),
    {
      now: NOW,
      readFile: (path) => {
        const found = beside[path];
        if (found === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
        return found;
      },
    },
  );
}

/** What is wrong with a text, a line each. */
export function problemsOf(...given: Parameters<typeof load>): string[] {
  return load(...given).problems.map(printProblem);
}

/** Compiles a text that must be sound. */
export function loadSound(...given: Parameters<typeof load>): Loaded {
  const loaded = load(...given);
  if (loaded.problems.length > 0) throw new Error(loaded.problems.map(printProblem).join('\n'));
  return loaded;
}
