import { randomBytes } from 'node:crypto';
import type { TokenKey, TokenKeys } from '../decide/model.ts';
import { historyWrite, nextStamp } from './history.ts';
import { TOKEN_HISTORY, TOKEN_KEY } from './keys.ts';
import { readStored, recordWrite, untilCurrent } from './records.ts';
import type { Author, Table } from './table.ts';
import { transact } from './transactions.ts';

/**
 * Makes a new key of the loop token current; the one before stays valid, the one before that does
 * not. Rotate not more often than tokens live (10 minutes) plus the 30 s for which keys are cached.
 */
export async function rotateTokenKeys(table: Table, author: Author): Promise<TokenKeys> {
  return changeTokenKeys(table, author, (current) => ({
    current: newKey(current && (current.current.id + 1) % 256),
    ...(current && { previous: current.current }),
  }));
}

/** Makes the first key of the loop token where there is none yet. */
export async function seedTokenKeys(table: Table, author: Author): Promise<TokenKeys> {
  return changeTokenKeys(table, author, (current) => current ?? { current: newKey() });
}

const newKey = (id = 0): TokenKey => ({ id, secret: randomBytes(32).toString('base64') });

async function changeTokenKeys(
  table: Table,
  author: Author,
  next: (current: TokenKeys | undefined) => TokenKeys,
): Promise<TokenKeys> {
  return untilCurrent('the token keys', async () => {
    const stored = await readStored(table, TOKEN_KEY);
    const before: TokenKeys | undefined = stored?.item && JSON.parse(stored.item.json?.S ?? 'null');
    const after = next(before);
    if (after === before) return after;
    const stamp = nextStamp(table, stored?.stamp, author);
    await transact(table, 'the token keys', [
      recordWrite(table, TOKEN_KEY, stored, stamp, { json: { S: JSON.stringify(after) } }),
      // Who rotated and when; a secret has no place in a history.
      historyWrite(table, TOKEN_HISTORY, stamp, 'put', undefined),
    ]);
    return after;
  });
}
