/** JsSIP in a headless Chromium, over WSS, with real WebRTC. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from '../../set-up/packages.ts';
import { type Account, type Phone, until } from './phone.ts';

/** Where the page says that it is: microphones are for secure places only. */
const PLACE = 'https://phone.example/';

/** A Chromium for several phones. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      // Chromium's sandbox cannot run as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--allow-loopback-in-peer-connection',
      // A page of the public network may not speak to this machine.
      '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWebRTC',
    ],
  });
}

export class BrowserPhone implements Phone {
  readonly registered: Promise<void>;
  said = '';
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
    page.on('console', (message) => {
      this.said += `${message.text()}\n`;
    });
    this.registered = this.#is('phone.registered', 20_000).then(() => {});
    this.registered.catch(() => {});
  }

  static async start(browser: Browser, account: Account): Promise<BrowserPhone> {
    const script = await build({
      entryPoints: [join(import.meta.dirname, 'browser-page.js')],
      bundle: true,
      write: false,
      format: 'iife',
    });
    // The edge's certificate is its own; phones that check it are linphonec and baresip.
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      permissions: ['microphone'],
    });
    const page = await context.newPage();
    await page.route(PLACE, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<p>phone' }),
    );
    await page.goto(PLACE);
    await page.addScriptTag({ content: script.outputFiles[0]?.text ?? '' });
    const { user, password, host, port, answers } = account;
    const settings = JSON.stringify({ user, password, url: `wss://${host}:${port}`, answers });
    await page.evaluate(`startPhone(${settings})`);
    return new BrowserPhone(page);
  }

  async call(uri: string): Promise<void> {
    await this.#page.evaluate(`phone.call(${JSON.stringify(uri)})`);
  }

  async talks(milliseconds: number): Promise<void> {
    await this.#is('phone.talks', milliseconds);
  }

  async refused(milliseconds: number): Promise<string> {
    return String(await this.#is('phone.refused', milliseconds));
  }

  /** Resolves when sound has come in. */
  async hears(milliseconds: number): Promise<void> {
    await this.#is('phone.heard()', milliseconds);
  }

  async hangUp(): Promise<void> {
    await this.#page.evaluate('phone.hangUp()');
  }

  async stop(): Promise<void> {
    await this.#page.context().close();
  }

  async #is(expression: string, milliseconds: number): Promise<unknown> {
    let value: unknown;
    let asking = false;
    return until(
      () => {
        if (!asking) {
          asking = true;
          this.#page.evaluate(expression).then(
            (found) => {
              value = found || undefined;
              asking = false;
            },
            () => {
              asking = false;
            },
          );
        }
        return value;
      },
      milliseconds,
      () => `the browser: not ${expression}\n${this.said.slice(-2000)}`,
    );
  }
}
