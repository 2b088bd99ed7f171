import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Says in the last lines of a run what of it was not run, and why. */
export default class NotRun implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const reasons = new Map<string, number>();
    const add = (reason: string, tests: number) =>
      reasons.set(reason, (reasons.get(reason) ?? 0) + tests);
    for (const module of modules) {
      const { sip } = module.project.getProvidedContext().lacking ?? {};
      for (const test of module.children.allTests('skipped')) add(sip ?? reasonOf(test), 1);
    }
    for (const { project } of modules) {
      const { asyncClient } = project.getProvidedContext().lacking ?? {};
      if (asyncClient !== undefined) reasons.set(asyncClient, 0);
    }
    for (const [reason, tests] of reasons) {
      const count = tests === 0 ? '' : tests === 1 ? '1 test, ' : `${tests} tests, `;
      console.log(`not run: ${count}${reason}`);
    }
  }
}

/** The test's own reason, else the name of the outermost suite that is skipped, else that its file failed. */
function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note !== undefined) return result.note;
  const { module } = test;
  let reason = module.ok() ? test.fullName : `${module.relativeModuleId} failed before them`;
  for (let at = test.parent; at.type === 'suite'; at = at.parent) {
    if (at.options.mode === 'skip') reason = at.fullName;
  }
  return reason;
}
