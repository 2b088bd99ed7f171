import { Command } from 'commander';
import { changePhone } from '../../functions/provision/phone.ts';
import { phoneSettingsOf, settingNotes } from '../../functions/provision/phone-settings.ts';
import {
  PHONE_FEATURES,
  type PhoneFeature,
  type PhoneSettings,
} from '../../functions/rules/phone-settings.ts';
import { getPolicyRecord, type PolicyRecord } from '../../functions/store/policies.ts';
import { getSubscriberRecord } from '../../functions/store/subscribers.ts';
import { Failure } from './failure.ts';
import { readInstant } from './instant.ts';
import { type OutputOptions, printJson, withJson } from './output.ts';
import { positive } from './pace.ts';
import { told } from './refused.ts';
import { authorOf, openStage, type Place, type StageOptions, withStage } from './stage.ts';
import { neverThere, subjectOf } from './subject.ts';

interface Options extends StageOptions, OutputOptions {
  readonly until?: number;
  readonly after?: number;
}

const KINDS = [...PHONE_FEATURES, 'dnd'];

export const phoneCommand = (): Command =>
  withJson(withStage(new Command('phone')))
    .description('show, set or clear what a subscriber may set by phone')
    .argument('<subscriber>', 'as bob@example.com, by any of their names')
    .argument('[action]', 'set, clear or off; without it: shows')
    .argument('[setting]', `${KINDS.join(', ')}; for clear without one: all`)
    .argument('[to]', 'where calls go; for set without it: on again, where the number was kept')
    .option('--until <time>', 'when it ends, like 17:00 or 2026-12-01T17:00', (text) =>
      readInstant(text, 'future'),
    )
    .option('--after <seconds>', 'for no-answer: seconds of ringing', positive)
    .addHelpText(
      'after',
      '\nExample:\n  divert phone bob@example.com set busy +49301234567 --until "tomorrow 17:00" --stage prod',
    )
    .action(async (...args: [string, string?, string?, string?, Options?]) => {
      const [text, action, setting, to, options] = args;
      const place = await openStage(options as Options);
      const subject = await subjectOf(place.table, text);
      const user = 'domain' in subject ? subject.user : undefined;
      if (!('domain' in subject) || user === undefined)
        throw new Failure(`'${text}': name a subscriber`);
      const policy = await getPolicyRecord(place.table, subject.domain);
      const record = await getSubscriberRecord(place.table, subject.domain, user);
      if (!policy || !record) throw new Failure(neverThere(subject));
      const zone = record.compiled.timezone ?? policy.compiled.timezone;
      const { until, after } = options ?? {};
      if (action !== undefined) {
        const words = { action, setting, to };
        const next = (now: PhoneSettings) => changed(now, words, { until, after }, zone);
        await store(place, policy, user, next);
      }
      print(await read(place, subject.domain, user), options?.json === true);
    });

/** The settings that follow. Throws `Failure` where the words make no sense together. */
function changed(
  now: PhoneSettings,
  { action, setting, to }: { action: string; setting: string | undefined; to: string | undefined },
  { until, after }: { until: number | undefined; after: number | undefined },
  zone: string,
): object {
  if (action === 'clear' && setting === undefined) return {};
  if (setting === undefined || !KINDS.includes(setting)) {
    throw new Failure(`name what to ${action}: ${KINDS.join(', ')}`);
  }
  const before = now[setting as PhoneFeature];
  if (action === 'clear') return { ...now, [setting]: null };
  if (action === 'off')
    return { ...now, ...(before && { [setting]: { ...before, active: false } }) };
  if (action !== 'set') throw new Failure(`'${action}' is neither set, clear nor off`);
  const target = to ?? before?.to;
  if (setting !== 'dnd' && target === undefined) {
    throw new Failure(`where to? divert phone USER set ${setting} +49301234567`);
  }
  return {
    ...now,
    [setting]: {
      ...(setting !== 'dnd' && { to: target }),
      active: true,
      ...(until !== undefined && { until: localTime(until, zone) }),
      ...(setting === 'no-answer' &&
        (after ?? before?.after) !== undefined && { after: after ?? before?.after }),
    },
  };
}

async function store(
  place: Place,
  { compiled }: PolicyRecord,
  user: string,
  next: (now: PhoneSettings) => object,
): Promise<void> {
  const author = authorOf(place, 'phone');
  await told(() => changePhone(place.table, compiled, user, next, author));
}

async function read({ table }: Place, domain: string, user: string): Promise<PhoneSettings> {
  const record = await getSubscriberRecord(table, domain, user);
  return record ? phoneSettingsOf(record, domain) : {};
}

function print(settings: PhoneSettings, json: boolean): void {
  const notes = settingNotes(settings);
  const text = notes.length > 0 ? notes.join('\n') : 'Nothing is set by phone.';
  if (json) printJson(settings);
  else process.stdout.write(`${text}\n`);
}

/** An instant as the wall clock of a zone shows it: `2026-12-01T17:00`. */
function localTime(instant: number, zone: string): string {
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  }).format(instant);
  return text.replace(' ', 'T');
}
