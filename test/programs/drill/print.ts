import type { Drill } from './table-lost.ts';

const table = (rows: readonly (readonly (string | number)[])[]): string =>
  [rows[0] ?? [], (rows[0] ?? []).map(() => '---'), ...rows.slice(1)]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

/** What came back and how calls were decided, as tables in Markdown. */
export function printDrill({ kept, calls }: Drill): string {
  return [
    table([
      ['in the table', 'before', 'back'],
      ...kept.map(({ what, before, back }) => [what, before, back]),
    ]),
    table([
      ['call', 'before', 'while it is lost', 'restored'],
      ...calls.map(({ call, before, lost, after }) => [call, before, lost, after]),
    ]),
  ].join('\n\n');
}
