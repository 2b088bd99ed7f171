import { describe, expect, test, vi } from 'vitest';
import { logOf, settingsFrom } from '../../functions/answer/bootstrap.ts';
import { rehearse } from '../../functions/answer/warm-up.ts';

describe('the settings', () => {
  test('have defaults, but for the table', () => {
    expect(settingsFrom({ DIVERT_TABLE: 'divert-dev' })).toEqual({
      table: 'divert-dev',
      stage: 'local',
      deadlineMs: 250,
      hedgeMs: 0,
      logNumbers: false,
    });
  });

  test('are read as they are deployed', () => {
    const env = {
      DIVERT_TABLE: 'divert-prod',
      DIVERT_STAGE: 'prod',
      DIVERT_DEADLINE_MS: '300',
      DIVERT_HEDGE_MS: '20',
      DIVERT_LOG_NUMBERS: 'on',
    };
    expect(settingsFrom(env)).toEqual({
      table: 'divert-prod',
      stage: 'prod',
      deadlineMs: 300,
      hedgeMs: 20,
      logNumbers: true,
    });
  });

  test.each([
    ['DIVERT_TABLE', ''],
    ['DIVERT_DEADLINE_MS', 'soon'],
    ['DIVERT_DEADLINE_MS', '0'],
    ['DIVERT_HEDGE_MS', '-1'],
  ])('%s "%s" is named when it is wrong', (name, value) => {
    expect(() => settingsFrom({ DIVERT_TABLE: 'x', [name]: value })).toThrow(name);
  });
});

test('the rehearsal takes its decisions, and says nothing', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await rehearse();
  expect(write).not.toHaveBeenCalled();
  write.mockRestore();
});

test('a line is written before Lambda posts the answer, and may freeze the process', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const log = logOf(settingsFrom({ DIVERT_TABLE: 'x' }));
  const handler = async () => log({ event: 'warning', message: 'here' });
  // What aws-lambda-ric 4 does between a handler's end and its answer.
  await handler();
  await new Promise(setImmediate);
  expect(write).toHaveBeenCalledOnce();
  write.mockRestore();
});
