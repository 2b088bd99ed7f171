import { Failure } from '../failure.ts';
import { csvRows } from './csv.ts';
import type { Forward, Imported, ImportedTrigger, Loss } from './imported.ts';

/** The columns of FusionPBX's table of extensions (`v_extensions`), exported as CSV. */
const FORWARDS: readonly [ImportedTrigger, string][] = [
  ['always', 'forward_all'],
  ['busy', 'forward_busy'],
  ['no-answer', 'forward_no_answer'],
  ['unreachable', 'forward_user_not_registered'],
];

const isOn = (text: string | undefined): boolean => /^(?:true|t|1|yes|on)$/i.test(text ?? '');

export function fromFusionPbx(file: string, text: string): Imported {
  const losses: Loss[] = [];
  const rows = csvRows(file, text);
  if (rows.length > 0 && !Object.hasOwn(rows[0]?.fields ?? {}, 'extension')) {
    throw new Failure(`${file}: there is no column extension: export v_extensions with its header`);
  }
  const users = rows.flatMap(({ line, fields }) => {
    const { extension: user = '', number_alias: alias = '', call_timeout: ring = '' } = fields;
    const lose = (why: string): void => void losses.push({ file, line, why: `${user}: ${why}` });
    if (user === '') return [];
    if (fields.enabled !== undefined && !isOn(fields.enabled)) {
      lose('is switched off there, and left out');
      return [];
    }
    const forwards: Partial<Record<ImportedTrigger, Forward>> = {};
    for (const [trigger, column] of FORWARDS) {
      const to = fields[`${column}_destination`] ?? '';
      if (to === '') continue;
      if (isOn(fields[`${column}_enabled`])) forwards[trigger] = { file, line, to: [to] };
      else lose(`${column} to ${to} is switched off there, and left out`);
    }
    if (isOn(fields.follow_me_enabled)) {
      const to = (fields.follow_me_destinations ?? '').split(/[\s,]+/).filter(Boolean);
      if (to.length === 0) lose('follow me is on, and its destinations are in another table');
      else forwards['no-answer'] ??= { file, line, to };
    }
    return [
      {
        ...{ file, line, user, numbers: alias === '' ? [] : [alias], forwards },
        ...(isOn(fields.do_not_disturb) && { dnd: { file, line } }),
        ...(/^\d+$/.test(ring) && { ring: Number(ring) }),
      },
    ];
  });
  return { users, losses };
}
