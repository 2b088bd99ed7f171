/**
 * Kamailio works out what a function is given as a format; a variable that is given bare is worked out before, so that
 * its value is a format too: a caller who writes `$def(DIVERT_KEY)` gets the key. In quotes it is worked out once.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Edge } from './edge.ts';
import { finalOf, headerLines, lines, RawPhone, rawCall } from './raw.ts';
import { found } from './scenario.ts';
import { type Script, ScriptedWebhook } from './webhook.ts';

const FOLDER = join(import.meta.dirname, '../../infra/edge/kamailio');
const KEY = 'a-key-that-nobody-may-see';

/** A call of a function whose parameter is a bare variable; `$hdr(…)` and the like are no calls. */
const BARE = /(?<![$\w])(?<!\$\()(?!(?:if|while|switch|return)\b)[a-z]\w*\((?:"",? *)*\$/;

/** The lines of a configuration that do so. */
function bareVariables(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .filter((line) => BARE.test(line.replace(/"(?:[^"\\]|\\.)*"/g, '""')));
}

describe('no function is given a bare variable', () => {
  test.each([
    ['jansson_get("headers", $var(answer), "$vn(value)");', 1],
    ['if (jansson_get("Contact", $var(headers), "$vn(value)")) exit;', 1],
    ['append_hf($var(line));', 1],
    ['jansson_get("headers[$var(h)]", "$var(answer)", "$vn(value)");', 0],
    ['while ($var(h) < 40 && $(hdr($var(name))[$var(h)]) != $null) {', 0],
  ])('%s: %d', (line, count) => {
    expect(bareVariables(line)).toHaveLength(count);
  });

  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.cfg'));
  test.each(files)('in %s', (file) => {
    expect(bareVariables(readFileSync(join(FOLDER, file), 'utf8'))).toEqual([]);
  });
  test('of all that there are', () => expect(files.length).toBeGreaterThan(8));
});

const TEXT = '"$def(DIVERT_KEY) $ci $(hdr(To)) $env(PATH)"';

describe.each(['proxy', 'plain', 'redirect'])('mode %s: what Divert answers is text', (mode) => {
  const SCRIPTS: Record<string, Script> = {
    redirected: ({ headers }) => ({
      json: {
        action: 'redirect',
        ...{ status: 302, reason: 'Moved $ci $def(DIVERT_KEY)' },
        contacts: ['<sip:carol@example.com;x=$ci;y=$def(DIVERT_KEY)>'],
        headers: found(headers?.Diversion as string[] | undefined).map(
          (one) => `Diversion: ${one}`,
        ),
      },
    }),
    rejected: () => ({
      json: {
        action: 'reject',
        ...{ status: 480, reason: 'Away $ci $def(DIVERT_KEY)' },
        headers: [`Warning: 399 divert ${TEXT}`],
      },
    }),
    carol: () => ({
      json: { action: 'continue', headers: [`Diversion: ${TEXT} <sip:bob@example.com>`] },
    }),
  };
  /** What each call is answered by such a mode, and the header that must arrive as it was. */
  const finals: Record<string, number> = {
    redirected: 302,
    rejected: mode === 'redirect' ? 603 : 480,
    carol: mode === 'redirect' ? 404 : 486,
  };

  test('on the wire to the caller and to B', async () => {
    const webhook = new ScriptedWebhook();
    const url = await webhook.start();
    const edge = await Edge.start(url, {
      EDGE_MODE: mode,
      DIVERT_KEY: KEY,
      DIVERT_ANSWERS_IN: '5',
    });
    const reason = `Reason: SIP;cause=486;text=${TEXT}`;
    const phone =
      mode === 'redirect'
        ? undefined
        : await RawPhone.start(edge, 'carol', [{ line: '486 Busy $ci', headers: [reason] }]);
    try {
      const seen: Record<string, number> = {};
      for (const [user, script] of Object.entries(SCRIPTS)) {
        webhook.scripts.set(user, script);
        const headers = [`Diversion: ${TEXT} <sip:a@b.example;x=$ci>`];
        const final = finalOf(await rawCall(edge, { uri: `sip:${user}@example.com`, headers }));
        seen[user] = Number(final.slice(8, 11));
        expect(final).not.toContain(KEY);
        if (user === 'redirected') {
          expect(lines(final, 'diversion')).toEqual([`${TEXT} <sip:a@b.example;x=$ci>`]);
          const [contact] = lines(final, 'contact');
          expect(contact).toContain('<sip:carol@example.com;x=$ci;y=$def(DIVERT_KEY)>');
        }
        if (user === 'rejected' && mode === 'proxy') {
          expect(headerLines(final)).toContainEqual(['warning', `399 divert ${TEXT}`]);
        }
      }
      expect(seen).toEqual(finals);
      for (const invite of phone?.invites ?? []) {
        expect(invite).not.toContain(KEY);
        expect(lines(invite, 'diversion')).toContain(`${TEXT} <sip:bob@example.com>`);
      }
      for (const { request } of webhook.questions)
        expect(JSON.stringify(request)).not.toContain(KEY);
    } finally {
      phone?.stop();
      await edge.stop();
      await webhook.stop();
    }
  });
});
