/** `npm run edge` as its user meets it: what it says when it cannot start, and that nothing is left. */
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { Edge } from './edge.ts';

const RUN = join(import.meta.dirname, '../../infra/edge/kamailio/run.ts');

/** The processes whose command line has this in it. */
function processesWith(text: string): { command: string; uid: string }[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!command.includes(text)) return [];
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        return [{ command, uid: /^Uid:\s+(\d+)/m.exec(status)?.[1] ?? '' }];
      } catch {
        return [];
      }
    });
}

test.each([
  [{ EDGE_PORT: 'x' }, 'edge: EDGE_PORT: not a port: x'],
  [{ DIVERT_URL: 'ftp://x' }, 'edge: DIVERT_URL: not an http or https URL: ftp://x'],
  [
    { DIVERT_KEY: 'a"b' },
    'edge: DIVERT_KEY: a bearer key is at most 200 letters, digits and ._~+/-',
  ],
  [{ EDGE_DOMAINS: 'example.com, ' }, 'edge: EDGE_DOMAINS: not a domain: ""'],
  [{ FEATURE_CODES: '[*] 7' }, 'edge: FEATURE_CODES: spaces, \\, " and ! cannot be used: [*] 7'],
  [{ DIVERT_ANSWERS_IN: '0.5' }, 'edge: DIVERT_ANSWERS_IN: seconds from 1 to 10, not 0.5'],
  [{ EDGE_MEMORY: '4' }, 'edge: EDGE_MEMORY: MiB from 8 to 65536, not 4'],
  [{ EDGE_CLIENT: 'curl' }, 'edge: EDGE_CLIENT: http_async_client or packages, not curl'],
])('says in one line what is wrong with %j', async (env, message) => {
  const run = promisify(execFile)(process.execPath, [RUN], { env: { ...process.env, ...env } });
  await expect(run).rejects.toMatchObject({ code: 1, stderr: `${message}\n` });
});

test('says in one line that the port is in use', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const env = { ...process.env, EDGE_PORT: String(port) };
  await expect(promisify(execFile)(process.execPath, [RUN], { env })).rejects.toMatchObject({
    code: 1,
    stderr: `edge: port ${port} of 127.0.0.1 is in use; choose another with EDGE_PORT\n`,
  });
  socket.close();
});

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'runs Kamailio unprivileged, and leaves nothing of it after %s',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'divert-run-'));
    chmodSync(folder, 0o755);
    const edge = await Edge.start('http://127.0.0.1:9', { TMPDIR: folder });
    try {
      await vi.waitFor(() => expect(processesWith(folder).length).toBeGreaterThan(5), 10_000);
      const running = processesWith(folder);
      if (process.getuid?.() === 0) expect(running.map(({ uid }) => uid)).not.toContain('0');
      expect(running.some(({ command }) => command.includes('local-key'))).toBe(false);
      await edge.stop(signal);
      await vi.waitFor(() => expect(processesWith(folder)).toEqual([]), 10_000);
      // Only a SIGKILL keeps it from tidying up.
      if (signal !== 'SIGKILL') expect(readdirSync(folder)).toEqual([]);
    } finally {
      await edge.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
