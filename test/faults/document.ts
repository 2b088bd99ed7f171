/** Where the table of faults stands, between the two lines that mark its place. */
export const DOCUMENT = new URL('../../docs/faults.md', import.meta.url);

const BEGIN = '<!-- npm run faults -->\n\n';
const END = '\n\n<!-- end -->';

/** The document with this table in it. */
export function withTable(document: string, table: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < 0) throw new Error(`${DOCUMENT.pathname} has no place for the table`);
  return document.slice(0, begin + BEGIN.length) + table + document.slice(end);
}
