import { DatabaseSync } from 'node:sqlite';

/** The key under which the n-th of the seeded subscribers stands. */
export const seededUser = (n: number): string => `u${String(n).padStart(7, '0')}`;

/**
 * Puts a subscriber's item under `u0000000`, `u0000001`, … up to a count, into the file of an
 * embedded database that does not run: through its API a million take an hour on two cores.
 */
export function seedSubscribers(file: string, table: string, count: number): void {
  const database = new DatabaseSync(file);
  try {
    const pk = (user: string): string => `ROUTE#example.com#${user}`;
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN');
    database
      .prepare(
        `INSERT INTO "${table}" (pk, sk, item_json, item_size, hash_prefix)
         WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
         SELECT printf('S:${pk('u')}%07d', n), sk,
                replace(item_json, '"${pk('bob')}"', printf('"${pk('u')}%07d"', n)),
                item_size, hash_prefix
         FROM numbers, "${table}" WHERE pk = 'S:${pk('bob')}'`,
      )
      .run(count);
    database.exec('COMMIT; PRAGMA journal_mode = WAL');
  } finally {
    database.close();
  }
}
