import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;

/** The files that a function's bundle is made of. */
function inputs(name: string): string[] {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [`functions/handlers/${name}.ts`],
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    metafile: true,
    write: false,
    outdir: 'dist',
  });
  return Object.keys(metafile.inputs);
}

const OF_DIALECTS = /^functions\/dialects\/|node_modules\/(?:saxes|twilio|aws4fetch)\//;

test('the native route carries nothing of the dialects', () => {
  expect(inputs('route').filter((file) => OF_DIALECTS.test(file))).toEqual([]);
});

test('only the dialects carry an XML parser; of twilio they carry the signature alone', () => {
  expect(inputs('chime').filter((file) => /node_modules\/(?:saxes|twilio)\//.test(file))).toEqual(
    [],
  );
  const twilio = inputs('dialect').filter((file) => file.includes('node_modules/twilio/'));
  expect(twilio).toEqual(['node_modules/twilio/lib/webhooks/webhooks.js']);
});
