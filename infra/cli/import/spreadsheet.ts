import { Failure } from '../failure.ts';
import { csvRows } from './csv.ts';
import {
  type Forward,
  IMPORTED_TRIGGERS,
  type Imported,
  type ImportedTrigger,
  type Loss,
} from './imported.ts';

const COLUMNS = ['user', 'number', ...IMPORTED_TRIGGERS, 'ring'];

/** A spreadsheet: `user, number, always, busy, no-answer, unreachable, ring`. */
export function fromSpreadsheet(file: string, text: string): Imported {
  const losses: Loss[] = [];
  const rows = csvRows(file, text);
  const names = Object.keys(rows[0]?.fields ?? {});
  if (rows.length > 0 && !names.includes('user')) {
    throw new Failure(`${file}: the first line must name the columns: ${COLUMNS.join(', ')}`);
  }
  for (const name of names) {
    if (!COLUMNS.includes(name))
      losses.push({ file, line: 1, why: `the column '${name}' means nothing here` });
  }
  const users = rows.flatMap(({ line, fields }) => {
    const { user = '', number = '', ring = '' } = fields;
    if (user === '') {
      losses.push({ file, line, why: 'there is no user' });
      return [];
    }
    const seconds = Number(ring);
    if (ring !== '' && !Number.isInteger(seconds)) {
      losses.push({ file, line, why: `ring '${ring}' is no number of seconds` });
    }
    const forwards: Partial<Record<ImportedTrigger, Forward>> = {};
    for (const trigger of IMPORTED_TRIGGERS) {
      const to = words(fields[trigger] ?? '');
      if (to.length > 0) forwards[trigger] = { file, line, to };
    }
    return [
      {
        ...{ file, line, user, numbers: words(number), forwards },
        ...(ring !== '' && Number.isInteger(seconds) && { ring: seconds }),
      },
    ];
  });
  return { users, losses };
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
