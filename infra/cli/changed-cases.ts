import { byDomain } from '../../functions/rules/source/by-domain.ts';
import type { SourceFile } from '../../functions/rules/source/source-file.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { loadSound } from './documents.ts';
import { copiesFor } from './fetched-calendars.ts';
import { decideCase, type Outcome, readCases } from './rule-cases.ts';
import type { Place } from './stage.ts';
import { rulesIn } from './test.ts';

/** Which of so many cases the documents answer in another way than the table does now. */
export interface ChangedCases {
  readonly asked: number;
  readonly changed: readonly {
    readonly name: string;
    readonly before: Outcome;
    readonly after: Outcome;
  }[];
}

export async function changedCases(
  { table }: Place,
  rules: readonly SourceFile[],
  files: readonly SourceFile[],
): Promise<ChangedCases> {
  const cases = readCases(files);
  const loaded = byDomain(rules).map(loadSound);
  const policies = await Promise.all(
    loaded.map(async ({ policy }) => (await getPolicyRecord(table, policy.domain))?.compiled),
  );
  const planned = rulesIn(loaded, [], await copiesFor(table, loaded));
  const live = {
    reader: sdkReader(table.client, table.name),
    policies: planned.policies.map((policy, i) => policies[i] ?? policy),
    peers: [],
  };
  const changed: ChangedCases['changed'][number][] = [];
  for (const { case: one } of cases) {
    const { peer: _, ...asked } = one;
    const before = await decideCase(asked, live);
    const after = await decideCase(asked, planned);
    if (shown(before) !== shown(after)) changed.push({ name: one.name, before, after });
  }
  return { asked: cases.length, changed };
}

/** A line for each case that changes, after one that counts them. */
export function changedCasesText({ asked, changed }: ChangedCases): string {
  const count = `${changed.length} of ${asked} cases change their answer`;
  const lines = changed.map(
    ({ name, before, after }) => `  ${name}: ${shown(after)}, instead of ${shown(before)}\n`,
  );
  return `${count}${lines.length > 0 ? ':' : '.'}\n${lines.join('')}`;
}

/** `redirect 302 to carol@example.com by busy-to-carol` */
function shown({ action, status, rule, to }: Outcome): string {
  const where = to.length > 0 ? ` to ${to.join(', ')}` : '';
  return `${action}${status === undefined ? '' : ` ${status}`}${where}${rule === undefined ? '' : ` by ${rule}`}`;
}
