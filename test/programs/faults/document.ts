/** Where the tables of faults stand, each between the two lines that mark its place. */
export const DOCUMENT = new URL('../../../docs/faults.md', import.meta.url);

const END = '\n\n<!-- end -->';

/** The document with this table in it, which that command makes. */
export function withTable(document: string, table: string, command = 'faults'): string {
  const mark = `<!-- npm run ${command} -->\n\n`;
  const begin = document.indexOf(mark);
  const end = document.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`${DOCUMENT.pathname} has no place for the table`);
  return document.slice(0, begin + mark.length) + table + document.slice(end);
}
