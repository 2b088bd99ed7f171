import type { SourceFile } from '../../functions/rules/source/source-file.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { byDomain, loadSound } from './documents.ts';
import { decideCase, type Outcome, readCases } from './rule-cases.ts';
import type { Place } from './stage.ts';
import { rulesIn } from './test.ts';

/** Which cases the documents answer in another way than the table does now, a line each. */
export async function changedCases(
  { table }: Place,
  rules: readonly SourceFile[],
  files: readonly SourceFile[],
): Promise<string[]> {
  const cases = readCases(files);
  if (cases.length === 0) return [];
  const loaded = byDomain(rules).map(loadSound);
  const policies = await Promise.all(
    loaded.map(async ({ policy }) => (await getPolicyRecord(table, policy.domain))?.compiled),
  );
  const fetched = policies.flatMap((policy) => Object.values(policy?.calendars ?? {}));
  const planned = rulesIn(loaded, [], fetched);
  const live = {
    reader: sdkReader(table.client, table.name),
    policies: planned.policies.map((policy, i) => policies[i] ?? policy),
    peers: [],
  };
  const lines: string[] = [];
  for (const { case: one } of cases) {
    const { peer: _, ...asked } = one;
    const [before, after] = [await decideCase(asked, live), await decideCase(asked, planned)].map(
      shown,
    );
    if (before !== after) lines.push(`  ${one.name}: ${after}, instead of ${before}`);
  }
  const count = `${lines.length} of ${cases.length} cases change their answer`;
  return [`${count}${lines.length > 0 ? ':' : '.'}`, ...lines];
}

/** `redirect 302 to carol@example.com by busy-to-carol` */
function shown({ action, status, rule, to }: Outcome): string {
  const where = to.length > 0 ? ` to ${to.join(', ')}` : '';
  return `${action}${status === undefined ? '' : ` ${status}`}${where}${rule === undefined ? '' : ` by ${rule}`}`;
}
