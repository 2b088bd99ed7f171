import { readdirSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { ALL, ENTRIES, type Package, packageService, resources } from './package.ts';

/* What goes to AWS: one bundle per function, the same bytes every time, and nothing else. */

/** What browsers are given, beside the console's bundle. */
const WEB = new URL('../../dist/console/web/', import.meta.url);

let first: Package;
let second: Package;
beforeAll(async () => {
  first = await packageService(ALL);
  second = await packageService(ALL);
});

describe('an archive', () => {
  test.each(ENTRIES)('of %s holds its own bundle only', (name) => {
    const zip = first.zips[name];
    const files =
      name === 'console'
        ? readdirSync(WEB)
            .filter((file) => !file.endsWith('.map'))
            .map((file) => `dist/console/web/${file}`)
        : [];
    expect(Object.keys(unzipSync(zip ?? new Uint8Array())).sort()).toEqual(
      [`dist/${name}/index.mjs`, ...files].sort(),
    );
  });

  test.each(ENTRIES)('of %s is the same, byte for byte, when packaged again', (name) => {
    expect(first.zips[name]?.equals(second.zips[name] as Buffer)).toBe(true);
  });

  test.each(ENTRIES)('of %s and the template name the same handler', (name) => {
    const handlers = Object.values(resources(first.template, 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Handler,
    );
    expect(handlers).toContain(`dist/${name}/index.handler`);
  });

  test('is made of every entry in functions/, and of nothing else', () => {
    expect(Object.keys(first.zips).sort()).toEqual(ENTRIES);
  });

  test('holds nothing that looks like a secret', () => {
    const patterns = [
      /AKIA[0-9A-Z]{16}/, // an access key of AWS
      /-----BEGIN [A-Z ]*PRIVATE KEY-----\n\w/,
      /local-key/, // the key of `npm start`
    ];
    for (const [name, zip] of Object.entries(first.zips)) {
      const text = Object.values(unzipSync(zip))
        .map((bytes) => Buffer.from(bytes).toString())
        .join('\n');
      for (const pattern of patterns) expect(text, name).not.toMatch(pattern);
    }
    expect(JSON.stringify(first.template)).not.toMatch(/AKIA|PRIVATE KEY|local-key|[Pp]assword/);
  });
});
