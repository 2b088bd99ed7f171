import { CsvError, parse } from 'csv-parse/sync';
import { Failure } from '../failure.ts';

/** A record of a CSV file with a header line: its fields by name, trimmed. */
export interface Row {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * The records of a CSV file (RFC 4180) as spreadsheets write them: a byte order mark, semicolons or
 * tabs for commas, CRLF, empty lines. Names of columns in lower case.
 *
 * @throws {Failure} with the line where it is none
 */
export function csvRows(file: string, text: string): Row[] {
  const [header = ''] = text.split(/\r?\n/, 1);
  const count = (mark: string): number => header.split(mark).length;
  const delimiter = [';', '\t'].reduce(
    (most, mark) => (count(mark) > count(most) ? mark : most),
    ',',
  );
  try {
    const rows = parse(text, {
      bom: true,
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      delimiter,
      info: true,
      relax_column_count_less: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({ line: info.lines, fields: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Failure(`${file}: this is no CSV file: ${error.message}`);
  }
}
