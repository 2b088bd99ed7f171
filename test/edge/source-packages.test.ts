import { expect, test } from 'vitest';
import { ofSources } from '../../infra/edge/kamailio/source-packages.ts';

/** sources.list(5): the one-line format and deb822. */
test.each([
  [
    'deb http://mirror.example/debian bookworm main',
    'deb-src http://mirror.example/debian bookworm main',
  ],
  [
    'deb-src [signed-by=/k.gpg] http://m.example x main',
    'deb-src [signed-by=/k.gpg] http://m.example x main',
  ],
  ['# deb http://m.example x main', '# deb http://m.example x main'],
  [
    'Types: deb deb-src\nURIs: http://m.example\nSigned-By: /k.gpg',
    'Types: deb-src\nURIs: http://m.example\nSigned-By: /k.gpg',
  ],
  ['Enabled: no\nTypes: deb\n\nTypes: deb\n', 'Enabled: no\nTypes: deb-src\n\nTypes: deb-src\n'],
])('what apt has packages from, it has sources from: %s', (packages, sources) => {
  expect(ofSources(packages)).toBe(sources);
});
