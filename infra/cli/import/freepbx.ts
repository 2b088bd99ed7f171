import { Failure } from '../failure.ts';
import type { At, Forward, Imported, ImportedTrigger, Loss } from './imported.ts';

/**
 * FreePBX keeps forwarding in Asterisk's database, which `asterisk -rx "database show"` prints:
 * `/CF/1001 : 0301234567`. CFU there is for no answer and for a phone that is not registered.
 */
const FAMILIES: Readonly<Record<string, readonly ImportedTrigger[]>> = {
  CF: ['always'],
  CFB: ['busy'],
  CFU: ['no-answer', 'unreachable'],
};

interface User extends At {
  forwards: Partial<Record<ImportedTrigger, Forward>>;
  dnd?: At;
  ring?: number;
  followMe: Record<string, string>;
}

export function fromFreePbx(file: string, text: string): Imported {
  const losses: Loss[] = [];
  const users = new Map<string, User>();
  let read = 0;
  for (const [i, row] of text.split(/\r?\n/).entries()) {
    const line = i + 1;
    const [, key, value = ''] = /^\/(\S+)\s*:\s*(.*?)\s*$/.exec(row) ?? [];
    if (key === undefined) continue;
    read += 1;
    const [family = '', extension = '', ...rest] = key.split('/');
    const user = (): User => {
      const known = users.get(extension);
      if (known) return known;
      const created: User = { file, line, forwards: {}, followMe: {} };
      users.set(extension, created);
      return created;
    };
    const triggers = rest.length === 0 ? FAMILIES[family] : undefined;
    if (triggers) {
      for (const trigger of triggers) user().forwards[trigger] = { file, line, to: [value] };
    } else if (family === 'DND' && rest.length === 0) {
      if (/^yes$/i.test(value)) user().dnd = { file, line };
    } else if (family === 'AMPUSER' && /^[^/]+$/.test(extension)) {
      const [setting, detail] = rest;
      if (setting === 'ringtimer' && Number(value) > 0) user().ring = Number(value);
      else if (setting === 'followme' && detail !== undefined) user().followMe[detail] = value;
      else if (setting === 'device' || setting === 'cidname') user();
    }
  }
  if (read === 0) {
    throw new Failure(
      `${file}: no line like "/CF/1001 : 0301234567": give what asterisk -rx "database show" prints`,
    );
  }
  return {
    users: [...users].map(([extension, user]) => withFollowMe(extension, user, losses)),
    losses,
  };
}

/** Find me, follow me rings the extension first, then a list: on no answer, here. */
function withFollowMe(
  extension: string,
  { followMe, ...user }: User,
  losses: Loss[],
): Imported['users'][number] {
  const { file, line } = user;
  const lose = (why: string): void => void losses.push({ file, line, why: `${extension}: ${why}` });
  const list = (followMe.grplist ?? '')
    .split(/[-&]/)
    .map((number) => number.replace(/#$/, ''))
    .filter((number) => number !== '' && number !== extension);
  // EXTENSION: the extension alone rings, follow me is off.
  const isOn = list.length > 0 && followMe.ddial !== 'EXTENSION';
  const forwards = { ...user.forwards };
  if (isOn && forwards['no-answer'] === undefined) {
    forwards['no-answer'] = { file, line, to: list };
    lose(
      `follow me (${followMe.strategy ?? 'its strategy'}) becomes forwarding on no answer to its list`,
    );
  } else if (isOn) lose('follow me is left out: CFU comes first');
  const prering = Number(followMe.prering ?? followMe.pre_ring ?? '');
  return {
    ...{ ...user, user: extension, numbers: [], forwards },
    ...(isOn && prering > 0 && { ring: prering }),
  };
}
