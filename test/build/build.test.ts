import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, build } from '../../infra/build/bundle.ts';

const text = (name: string) =>
  readFile(new URL(`../../dist/${name}/index.mjs`, import.meta.url), 'utf8');
let bundles: Bundle[];
beforeAll(async () => {
  bundles = await build();
});

describe('the bundles', () => {
  test('are the same bytes each time', async () => {
    const before = await Promise.all(bundles.map(({ name }) => text(name).catch(() => '')));
    await build();
    expect(await Promise.all(bundles.map(({ name }) => text(name).catch(() => '')))).toEqual(
      before,
    );
  });

  test('take credentials from the environment only', async () => {
    const route = await text('route');
    expect(route).toContain('AWS_SECRET_ACCESS_KEY');
    // Links of the SDK's default chain.
    for (const other of [
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'sso_session',
      '169.254.170.2',
      'credential_process',
    ]) {
      expect(route).not.toContain(other);
    }
  });

  test.each(['PutItem', 'DeleteItem', 'TransactWriteItems', 'Query'])(
    'of route can not ask for %s',
    async (operation) => {
      expect(await text('route')).not.toContain(`"${operation}"`);
    },
  );

  test('of route stays small: 250 KiB', () => {
    expect(bundles.find(({ name }) => name === 'route')?.bytes).toBeLessThan(250 * 1024);
  });
});
