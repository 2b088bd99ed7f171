import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { AUDIENCE } from '../../infra/local/authorizer.ts';
import { type Local, startLocal } from '../../infra/local/local.ts';
import type { Person } from '../../infra/local/sign-in/people.ts';
import { startSignIn } from '../../infra/local/sign-in/provider.ts';
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
  /** Gets the page before anything is on it. */
  readonly watching?: (page: Page) => void;
}

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What a page may never do: violate its policy, have errors, ask another origin. */
  readonly wrong: string[];
}

export interface WorldOptions {
  /** The folder of its data; absent: in memory. */
  readonly data?: string;
  /** Who there is at a provider of its own; absent: the people of the documents. */
  readonly people?: readonly Person[];
}

export async function openWorld(
  documents: readonly string[],
  { data, people }: WorldOptions = {},
): Promise<World> {
  const output: string[] = [];
  const provider = people && (await startSignIn(people, AUDIENCE));
  const stops: (() => Promise<unknown>)[] = provider ? [provider.stop] : [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const local = await startLocal({
      documents,
      port: 0,
      environment: { DIVERT_DEADLINE_MS: '5000' },
      console: {
        env: provider
          ? {
              DIVERT_JWT_ISSUER: provider.issuer,
              DIVERT_JWT_AUDIENCE: AUDIENCE,
              DIVERT_CONSOLE_CLIENT: provider.client,
            }
          : {},
      },
      ...(data !== undefined && { data }),
      onOutput: (text) => output.push(text),
    });
    stops.push(local.stop);
    provider?.allow(local.console ?? '');
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    stops.push(() => browser.close());
    return { local, output, visit: visits(browser, local), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const visits =
  (browser: Browser, local: Local): World['visit'] =>
  async (person, { locale = 'en-GB', width = 1000, dark = false, axe = false, watching } = {}) => {
    const context = await browser.newContext({
      ...{ locale, viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light' },
      // Whoever looks at pictures of it sees the whole of a page at once.
      reducedMotion: 'reduce',
    });
    if (axe) await context.addInitScript({ path: AXE });
    await context.addInitScript(TELL_VIOLATIONS);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const wrong: string[] = [];
    watch(page, wrong, local.url);
    watching?.(page);
    await page.goto(local.console ?? '');
    await signIn(page, person);
    return { page, context, wrong };
  };

/** Whatever the page's policy forbids is an event too, which a page may not have on its console. */
const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  console.error('securitypolicyviolation', event.effectiveDirective, event.blockedURI))`;

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
    // What could not be loaded is said to whoever looks at the page, and tested there.
    const text = message.text();
    if (message.type() === 'error' && !/^Failed to load resource/.test(text)) wrong.push(text);
  });
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    const provider = /^\/(people|auth|token|jwks|session\/end|\.well-known)/.test(pathname);
    if (origin !== url && !provider) wrong.push(`asked ${request.url()}`);
  });
}
