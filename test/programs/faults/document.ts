/** Where the tables of faults stand, each between the two lines that mark its place. */
export const DOCUMENT = new URL('../../../docs/faults.md', import.meta.url);

const END = '\n\n<!-- end -->';

/** The document with this table in it, which that command makes. */
export function withTable(document: string, table: string, command = 'faults'): string {
  const mark = `<!-- npm run ${command} -->\n\n`;
  const begin = document.indexOf(mark);
  const end = document.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`there is no place for what npm run ${command} prints`);
  return document.slice(0, begin + mark.length) + table + document.slice(end);
}
