import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** Is there before the page is, so that the page's policy has nothing to say to it. */
export const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What of a page, everything on it opened, breaks WCAG 2.2 A and AA as far as axe can tell. */
export async function violations(page: Page): Promise<[string, string[]][]> {
  await page.evaluate(
    'document.querySelectorAll("details").forEach((one) => { one.open = true; })',
  );
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} })`,
  )) as {
    readonly violations: readonly Violation[];
  };
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** By how many pixels the page is wider than its window. */
export async function overhang(page: Page): Promise<number> {
  return (await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )) as number;
}
