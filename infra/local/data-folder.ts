import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where `npm start` keeps its data in a checkout, unless DIVERT_DATA names another folder. */
export const DEFAULT_DATA = '.divert/data';
/** Names the folder that DIVERT_DATA named last, for whoever asks without DIVERT_DATA. */
const ELSEWHERE = '.divert/elsewhere';

/** What runs on a data folder announces itself in this file of it. */
export const announcement = (data: string): string => join(data, 'running.json');

/** Called by `npm start` in its checkout, so that `dataFolder` finds it there. */
export function rememberFolder(data: string): void {
  mkdirSync(dirname(ELSEWHERE), { recursive: true });
  writeFileSync(ELSEWHERE, resolve(data));
}

/** The checkout that this code is of: the bundle of the command line lies as deep in it as this file. */
const CHECKOUT = join(import.meta.dirname, '../..');

/**
 * The data folder of the `npm start` that runs in the checkout around `from`, else in that of this
 * code: DIVERT_DATA's, else the default one, else the one that was named last. Undefined where none
 * runs.
 */
export function dataFolder(env = process.env, from = '.', checkout = CHECKOUT): string | undefined {
  if (env.DIVERT_DATA) return runs(env.DIVERT_DATA) ? env.DIVERT_DATA : undefined;
  return folderAround(from) ?? folderAround(checkout);
}

function folderAround(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const elsewhere = join(folder, ELSEWHERE);
    const found = [
      join(folder, DEFAULT_DATA),
      ...(existsSync(elsewhere) ? [readFileSync(elsewhere, 'utf8')] : []),
    ].find(runs);
    if (found !== undefined || folder === dirname(folder)) return found;
  }
}

/** Whether what announced itself there is still alive: it may have been killed. */
function runs(data: string): boolean {
  const path = announcement(data);
  if (!existsSync(path)) return false;
  const { pid }: { pid?: number } = JSON.parse(readFileSync(path, 'utf8'));
  if (pid === undefined) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
