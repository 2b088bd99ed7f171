/** Where this machine's apt has source packages from: where it has its packages from. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file for apt's `Dir::Etc::SourceParts`. */
export interface SourceList {
  readonly name: string;
  readonly text: string;
}

/** What is configured, with sources instead of packages; empty where nothing is. */
export function sourceLists(): SourceList[] {
  const [main, parts] = ['Dir::Etc::SourceList/f', 'Dir::Etc::SourceParts/d'].map((option) => {
    const line = execFileSync('apt-config', ['shell', 'at', option], { encoding: 'utf8' });
    return /^at='(.*)'/.exec(line)?.[1] ?? '';
  });
  const files = [main ?? '', ...globSync(join(parts ?? '', '*.{list,sources}'))];
  return files
    .filter((file) => file !== '' && existsSync(file))
    .map((file) => ({ name: basename(file), text: ofSources(readFileSync(file, 'utf8')) }))
    .map(({ name, text }) => ({ name: name.includes('.') ? name : `${name}.list`, text }))
    .filter(({ text }) => /^(deb-src\s|Types:)/m.test(text));
}

/** sources.list(5) in both its formats: what each entry says of packages it says of sources. */
export function ofSources(text: string): string {
  return text
    .replace(/^deb(?:-src)?(?=\s)/gm, 'deb-src')
    .replace(/^Types:.*$/gim, 'Types: deb-src');
}
