import {
  inject,
  type RunnerTask,
  type RunnerTaskResult,
  type RunnerTestFile,
  TestRunner,
} from 'vitest';

/** Skips every SIP test where the machine lacks what they need, with what that is. */
export default class SipRunner extends TestRunner {
  onCollected(files: RunnerTestFile[]): void {
    const reason = inject('lacking').sip;
    if (reason !== undefined) for (const file of files) skip(file, reason);
  }
}

/** As a test that skips itself with a note. */
function skip(task: RunnerTask, note: string): void {
  task.mode = 'skip';
  if (task.type === 'suite') for (const inner of task.tasks) skip(inner, note);
  else task.result = { state: 'skip', note } as RunnerTaskResult;
}
