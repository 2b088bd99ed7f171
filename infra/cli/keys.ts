import { Command } from 'commander';
import { addPeerKey, revokePeerKey, shownKey } from '../../functions/provision/peer-keys.ts';
import { Absent, Refused } from '../../functions/provision/refusal.ts';
import { listHistory } from '../../functions/store/history.ts';
import { TOKEN_HISTORY } from '../../functions/store/keys.ts';
import { listPeers, MAX_PEER_KEYS } from '../../functions/store/peers.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { rotateTokenKeys, seedTokenKeys } from '../../functions/store/token-keys.ts';
import { Failure } from './failure.ts';
import { type Output, type OutputOptions, printing, withJson } from './output.ts';
import {
  authorOf,
  openStage,
  type Place,
  placeFacts,
  placeLine,
  type StageOptions,
  withStage,
} from './stage.ts';

/** What stands for the loop token's key where otherwise a peer is named. */
const TOKEN = '--token';
/** As long as tokens live (10 minutes), and keys are cached. */
const TOKEN_LIFE_MS = 11 * 60_000;
const IN_USE = 'Edges that use it are refused within 30 s.';

interface Options extends StageOptions, OutputOptions {
  readonly token?: true;
  readonly force?: true;
}

export const keysCommand = (): Command => {
  const keys = new Command('keys').description(
    'the keys of peers, and the key that signs the loop token',
  );
  const add = (name: string, description: string, example: string): Command => {
    const command = withJson(withStage(new Command(name))).description(description);
    keys.addCommand(command.addHelpText('after', `\nExample:\n  divert keys ${example}`));
    return command;
  };
  add('add', 'make a key for a peer and print it: it is shown this once', 'add edge --stage prod')
    .argument('[peer]', 'its name')
    .option(TOKEN, 'the first key of the loop token instead')
    .action((peer: string | undefined, options: Options) =>
      printing(options, async (output) => {
        const place = await placeFor(options, output);
        const author = authorOf(place, 'keys add');
        if (isToken(peer, options)) {
          const { current } = await seedTokenKeys(place.table, author);
          process.stderr.write(`The loop token's key is ${current.id}.\n`);
          output.facts({ token: { id: current.id } });
        } else await addKey(place, peer, false, output);
      }),
    );
  add(
    'rotate',
    `make another key for a peer and print it; the ${MAX_PEER_KEYS - 1} before stays valid, an older one goes`,
    'rotate edge --stage prod',
  )
    .argument('[peer]', 'its name')
    .option(TOKEN, 'the key of the loop token instead: never shown, the one before stays valid')
    .option(
      '--force',
      'with --token: although it was just rotated, so that tokens in use count as none',
    )
    .action((peer: string | undefined, options: Options) =>
      printing(options, async (output) => {
        const place = await placeFor(options, output);
        if (isToken(peer, options)) await rotateToken(place, options.force === true, output);
        else await addKey(place, peer, true, output);
      }),
    );
  add('revoke', 'end a key', 'revoke edge 1f0c2a --stage prod')
    .argument('[peer]', 'its name')
    .argument('[id]', 'the start of its id, as list shows it')
    .option(TOKEN, 'all keys of the loop token that there are; a new one is made')
    .action((peer: string | undefined, id: string | undefined, options: Options) =>
      printing(options, async (output) => {
        const place = await placeFor(options, output);
        if (isToken(peer, options)) await revokeToken(place, output);
        else if (id === undefined) throw new Failure('name the key too: `divert keys list`');
        else await revokeKey(place, peer, id, output);
      }),
    );
  add('list', 'show which keys there are, never the keys themselves', 'list --stage prod')
    .argument('[peer]', 'its name; default: all')
    .action((peer: string | undefined, options: Options) =>
      printing(options, async (output) => listKeys(await placeFor(options, output), peer, output)),
    );
  return keys;
};

async function placeFor(options: Options, output: Output): Promise<Place> {
  const place = await openStage(options);
  output.facts(placeFacts(place));
  // On standard error: standard output carries the key alone, so that it can be piped.
  process.stderr.write(`${placeLine(place)}\n`);
  return place;
}

function isToken(peer: string | undefined, { token }: Options): peer is undefined {
  if ((peer === undefined) === (token === true)) return token === true;
  throw new Failure(`name either a peer or ${TOKEN}`);
}

async function addKey(
  place: Place,
  peer: string,
  replaces: boolean,
  output: Output,
): Promise<void> {
  const [full, command] = replaces
    ? (['rotate', 'keys rotate'] as const)
    : (['refuse', 'keys add'] as const);
  const { key, shown, revoked } = await told(peer, () =>
    addPeerKey(place.table, peer, full, authorOf(place, command)),
  );
  output.text(`${key}\n`);
  output.facts({ peer, id: shown.id, key, revoked: revoked.map(({ id }) => id) });
  const others = revoked.map(({ id }) => `\n${id} is revoked. ${IN_USE}`).join('');
  process.stderr.write(`This key of ${peer} (${shown.id}) is shown this once.${others}\n`);
}

async function revokeKey(place: Place, peer: string, id: string, output: Output): Promise<void> {
  await told(peer, () => revokePeerKey(place.table, peer, id, authorOf(place, 'keys revoke')));
  process.stderr.write(`${peer}: ${id} is revoked. ${IN_USE}\n`);
  output.facts({ peer, revoked: [id] });
}

async function revokeToken(place: Place, output: Output): Promise<void> {
  const author = authorOf(place, 'keys revoke');
  // Two are valid at a time, so two new ones leave none of those before.
  await rotateTokenKeys(place.table, author);
  const { current } = await rotateTokenKeys(place.table, author);
  process.stderr.write('The loop token has a new key; tokens signed before count as none.\n');
  output.facts({ token: { id: current.id } });
}

/** Does it, or says in a `Failure` why it was not done. */
async function told<T>(peer: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof Refused) throw new Failure(error.message);
    if (!(error instanceof Absent)) throw error;
    const declare = error.message.endsWith(`peer ${peer}`)
      ? ': declare it, and run `divert peers apply`'
      : ': see `divert keys list`';
    throw new Failure(`${error.message}${declare}`);
  }
}

async function rotateToken(place: Place, force: boolean, output: Output): Promise<void> {
  const { entries } = await listHistory(place.table, TOKEN_HISTORY, { limit: 1 });
  const age = place.table.now() - Date.parse(entries[0]?.at ?? '1970-01-01');
  const keys = await sdkReader(place.table.client, place.table.name).tokenKeys();
  if (keys?.previous && age < TOKEN_LIFE_MS && !force) {
    const wait = Math.ceil((TOKEN_LIFE_MS - age) / 60_000);
    throw new Failure(
      `the token's key is ${Math.floor(age / 60_000)} minutes old: wait ${wait} more, or --force, which makes tokens in use count as none`,
    );
  }
  const { current } = await rotateTokenKeys(place.table, authorOf(place, 'keys rotate'));
  process.stderr.write(`The loop token's key is ${current.id} now; the one before stays valid.\n`);
  output.facts({ token: { id: current.id } });
}

async function listKeys(
  { table }: Place,
  named: string | undefined,
  output: Output,
): Promise<void> {
  const records = await listPeers(table);
  if (named !== undefined && !records.some(({ name }) => name === named)) {
    throw new Failure(`no peer ${named}`);
  }
  const write = (...columns: string[]) => output.text(`${columns.join('  ')}\n`);
  const peers = records
    .filter(({ name }) => named === undefined || name === named)
    .map(({ name, keys }) => ({ peer: name, keys: keys.map(shownKey) }));
  for (const { peer, keys } of peers) {
    for (const { id, created } of keys) write(peer, id, created);
    if (keys.length === 0) write(peer, 'no key');
  }
  output.facts({ peers });
  if (named !== undefined) return;
  const token = await sdkReader(table.client, table.name).tokenKeys();
  const { entries } = await listHistory(table, TOKEN_HISTORY, { limit: 1 });
  if (!token) {
    write(TOKEN, 'no key');
    return;
  }
  const { current, previous } = token;
  const since = entries[0]?.at;
  write(TOKEN, String(current.id), since ?? '');
  if (previous) write(TOKEN, String(previous.id), 'previous');
  output.facts({ token: { id: current.id, since, ...(previous && { previous: previous.id }) } });
}
