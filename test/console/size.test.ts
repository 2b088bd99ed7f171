/** What the console weighs, and what its texts are: no browser is needed for that. */
import { readdirSync, readFileSync } from 'node:fs';
import { FluentResource } from '@fluent/bundle';
import { beforeAll, expect, test } from 'vitest';
import { build } from '../../infra/build/bundle.ts';

const WEB = new URL('../../dist/console/web/', import.meta.url);
const SOURCES = new URL('../../functions/console/web/', import.meta.url);

beforeAll(() => build());

test('all of it is under 60 KB, compressed', () => {
  const sizes = readdirSync(WEB)
    .filter((name) => name.endsWith('.gz'))
    .map((name) => readFileSync(new URL(name, WEB)).length);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(60_000);
});

test('nothing stands in the page that its policy would not run', () => {
  const page = readFileSync(new URL('index.html', WEB), 'utf8');
  expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
});

const texts = (language: string) => readFileSync(new URL(`words/${language}.ftl`, SOURCES), 'utf8');
const names = (language: string) =>
  new FluentResource(texts(language)).body.map(({ id }) => id).sort();

test('every text is there in English and in German', () => {
  expect(names('de')).toEqual(names('en'));
  const written = texts('en').match(/^[a-z][\w-]* =/gm) ?? [];
  expect(names('en')).toHaveLength(written.length);
});

test('every text that is asked for by its name is there', () => {
  const known = new Set(names('en'));
  const asked = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .flatMap((file) => {
      const text = readFileSync(new URL(file, SOURCES), 'utf8');
      return [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, name = '']) => name);
    });
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});
