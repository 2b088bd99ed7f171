import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { CHROMIUM } from '../set-up/packages.ts';
import { AXE } from './accessible.ts';

/** A local start with its console, and a browser beside it. */
export interface World {
  readonly local: Local;
  /** Lines that the functions wrote. */
  readonly output: string[];
  /** A page of its own, in which somebody has signed in. Ends with the world. */
  visit(person: string, options?: Visit): Promise<Visitor>;
  stop(): Promise<void>;
}

export interface Visit {
  readonly locale?: string;
  readonly width?: number;
  readonly dark?: boolean;
  /** Brings what looks for obstacles. */
  readonly axe?: boolean;
}

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page may never do: violations of its policy, errors, requests to another origin. */
  readonly wrong: string[];
}

/** @param data the folder of its data; absent: in memory */
export async function openWorld(documents: readonly string[], data?: string): Promise<World> {
  const output: string[] = [];
  const local = await startLocal({
    documents,
    port: 0,
    environment: { DIVERT_DEADLINE_MS: '5000' },
    console: { env: {} },
    ...(data !== undefined && { data }),
    onOutput: (text) => output.push(text),
  });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  } catch (error) {
    await local.stop();
    throw error;
  }
  const running = browser;
  return {
    local,
    output,
    visit: async (person, { locale = 'en-GB', width = 1000, dark = false, axe = false } = {}) => {
      const context = await running.newContext({
        ...{ locale, viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light' },
        // Whoever looks at pictures of it sees the whole of a page at once.
        reducedMotion: 'reduce',
      });
      if (axe) await context.addInitScript({ path: AXE });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      const wrong: string[] = [];
      watch(page, wrong, local.url);
      await page.goto(local.console ?? '');
      await signIn(page, person);
      return { page, context, wrong };
    },
    stop: async () => {
      await running.close();
      await local.stop();
    },
  };
}

/** From the console's first page to the one that somebody sees who is signed in. */
export async function signIn(page: Page, person: string): Promise<void> {
  await page.getByRole('button', { name: /^(Sign in|Anmelden|Neu anmelden)/ }).click();
  // Whoever has chosen before is not asked again.
  const choice = page.getByRole('button', { name: person, exact: true });
  const inside = page.locator('header .who');
  await choice.or(inside).first().waitFor();
  if (await choice.isVisible()) await choice.click();
  await inside.waitFor();
}

function watch(page: Page, wrong: string[], url: string): void {
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    if (/Content Security Policy|Trusted/i.test(text)) wrong.push(text);
  });
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    const provider = /^\/(people|auth|token|jwks|\.well-known)/.test(pathname);
    if (origin !== url && !provider) wrong.push(`asked ${request.url()}`);
  });
}
