import { createLog, type DecisionLine } from '../../../functions/answer/log.ts';
import { searchKeyObject } from '../../../functions/store/search-hash.ts';
import { fixed, median } from './result.ts';

const LINES = 5_000;
const ROUNDS = 20;

const LINE: DecisionLine = {
  ...{
    event: 'decision',
    decisionId: '0123456789abcdef0123456789abcdef',
    callId: 'a84b4c76@a.example',
  },
  ...{
    peer: 'sbc',
    domain: 'example.com',
    caller: '+491715551234',
    called: 'bob',
    dialled: '1002',
  },
  ...{
    outcome: 486,
    targets: ['carol@example.com', '+4930765432'],
    action: 'redirect',
    status: 302,
  },
  ...{
    rule: 'busy-to-carol',
    layer: 'subscriber',
    trigger: 'busy',
    rulesVersion: 3,
    policyVersion: 2,
  },
  ...{ rules: 'read', badToken: false, durationMs: 4.2, storeMs: 2.1 },
};

/**
 * What a decision's line costs, and of that the hashes by which it is found: processor time, as a note
 * beside the decision's own, in which both are.
 *
 * @param decision milliseconds of processor time of a decision
 */
export function lineNote(decision: number): string {
  let written = 0;
  const log = createLog('bench', false, (text) => {
    written += text.length;
  });
  const searchKey = searchKeyObject({ secret: Buffer.alloc(32, 1).toString('base64') });
  const microseconds = (line: DecisionLine): number => {
    const before = process.cpuUsage();
    for (let i = 0; i < LINES; i++) log(line);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / LINES;
  };
  const rounds = Array.from({ length: ROUNDS }, () => [
    microseconds(LINE),
    microseconds({ ...LINE, searchKey }),
  ]);
  const [plain, found] = [0, 1].map((i) => median(rounds.map((round) => round[i] ?? 0))) as [
    number,
    number,
  ];
  const share = (us: number): string => `${fixed(us / (10 * decision), 1)} %`;
  const bytes = Math.round(written / (2 * LINES * ROUNDS));
  return (
    `a decision's line of ${bytes} bytes: ${fixed(found, 1)} µs of processor time, ${share(found)} of the decision's; ` +
    `of that its hashes ${fixed(found - plain, 1)} µs, ${share(found - plain)}`
  );
}
